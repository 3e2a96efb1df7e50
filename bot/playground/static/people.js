// Who this tab is: the member's own line, their direct messages switch, and the list to be somebody else.

import { avatar, byId, el, icon } from "./dom.js";

const FIND = "Find a member";
const MANY = 12; // members from which on the list can be searched

export class People {
  #search = el("input", { type: "search", class: "people-search", placeholder: FIND, "aria-label": FIND });
  #list = el("div", { class: "people-list" });
  #open = false;

  /** `page` offers {world, connection}. */
  constructor(page) {
    this.page = page;
    this.#search.addEventListener("input", () => this.#showList());
    byId("people").addEventListener("beforetoggle", ({ newState }) => {
      this.#open = newState === "open";
      this.#showList();
    });
  }

  show() {
    const { me, members } = this.page.world;
    byId("me").replaceChildren(
      avatar(me, "small online"),
      el("span", { class: "me-name" }, me.display_name, el("small", {}, "Switch member")),
      icon("chevron"),
    );
    this.#search.hidden = members.length < MANY;
    if (!byId("people").contains(this.#list)) {
      const title = el("p", { class: "people-title" }, "Be somebody else");
      byId("people").replaceChildren(this.#inbox(), title, this.#search, this.#list);
    }
    byId("inbox").checked = this.page.world.inboxOpen;
    this.#showList();
  }

  #inbox() {
    const toggle = el("input", { type: "checkbox", role: "switch", id: "inbox" });
    toggle.addEventListener("change", () => this.page.connection.send({ type: "inbox", open: toggle.checked }));
    return el("label", { class: "inbox" }, el("span", {}, "Direct messages from bots"), toggle);
  }

  // A closed list needs no rows: with hundreds of members each arrival would draw them all.
  #showList() {
    const { me, members } = this.page.world;
    const wanted = this.#search.value.toLowerCase();
    const shown = this.#open ? members.filter(({ display_name: name }) => name.toLowerCase().includes(wanted)) : [];
    this.#list.replaceChildren(...shown.map((member) => this.#person(member, member.id === me.id)));
  }

  // Switching is a link, so that every way of opening a link works: two tabs are two members.
  #person(member, current) {
    const href = `?member=${member.id}#${this.page.world.channelId}`;
    const { display_name: name } = member;
    const here = { href, class: "person-name", "aria-current": current && "true" };
    const beside = { href, class: "icon-button", target: "_blank", "aria-label": `${name}, in a new tab` };
    return el("div", { class: "person" }, el("a", here, avatar(member, "small"), name), el("a", beside, icon("out")));
  }
}
