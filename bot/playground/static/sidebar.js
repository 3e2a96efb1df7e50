// The frame around the chat: server, channels, members, and who this tab is.

import { avatar, byId, el, icon, initials } from "./dom.js";

export class Sidebar {
  #world;
  #drawer = byId("drawer");

  constructor(world) {
    this.#world = world;
    this.#drawer.append(icon("menu"));
    this.#drawer.addEventListener("click", () => this.#slide(!document.body.classList.contains("drawer-open")));
    byId("sidebar").addEventListener("click", (event) => event.target.closest("a") && this.#slide(false));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#slide(false));
    document.querySelector("main").addEventListener("pointerdown", (event) => {
      if (!event.target.closest("#drawer")) this.#slide(false);
    });
  }

  show() {
    const { guild, channel, bot } = this.#world;
    byId("guild-name").textContent = guild.name;
    byId("guild-icon").textContent = initials(guild.name);
    byId("channel-name").replaceChildren(icon("hash"), channel.name);
    byId("channel-topic").textContent = channel.topic ?? "";
    byId("bot-state").textContent = bot.online ? "" : `${bot.name} is offline`;
    this.showChannels();
    this.#showMe();
    this.#showMembers();
  }

  showChannels() {
    const { channels, channelId, unread } = this.#world;
    const links = channels.map(({ id, name }) => {
      const isNew = unread.has(id);
      const attributes = { href: `#${id}`, class: isNew ? "channel unread" : "channel" };
      attributes["aria-current"] = id === channelId && "page";
      return el("a", attributes, icon("hash"), name, isNew && el("span", { class: "unseen" }, " (unread)"));
    });
    byId("channel-list").replaceChildren(el("h3", {}, "Text channels"), ...links);
    const { guild, channel } = this.#world;
    document.title = `${unread.size ? "• " : ""}#${channel.name} | ${guild.name}`;
  }

  #showMe() {
    const { me, members } = this.#world;
    byId("me").replaceChildren(
      avatar(me, "small online"),
      el("span", { class: "me-name" }, nameOf(me), el("small", {}, "Switch member")),
      icon("chevron"),
    );
    byId("people").replaceChildren(
      el("p", { class: "people-title" }, "Be somebody else"),
      ...members.map((member) => this.#person(member, member.id === me.id)),
    );
  }

  // Switching is a link, so that every way of opening a link works: two tabs are two members.
  #person(member, current) {
    const href = `?member=${member.id}#${this.#world.channelId}`;
    const name = nameOf(member);
    const here = { href, class: "person-name", "aria-current": current && "true" };
    const beside = { href, class: "icon-button", target: "_blank", "aria-label": `${name}, in a new tab` };
    return el("div", { class: "person" }, el("a", here, avatar(member, "small"), name), el("a", beside, icon("out")));
  }

  #showMembers() {
    const { members, bot, me } = this.#world;
    const groups = Map.groupBy(members, groupOf);
    const people = [...groups].map(([group, inGroup]) => [
      el("h3", {}, `${group} — ${inGroup.length}`),
      inGroup.map((member) => memberLine(member, member.id === me.id)),
    ]);
    byId("member-list").replaceChildren(...people.flat(2), el("h3", {}, "Bot"), botLine(bot));
  }

  #slide(open) {
    if (open === document.body.classList.contains("drawer-open")) return;
    document.body.classList.toggle("drawer-open", open);
    this.#drawer.setAttribute("aria-expanded", String(open));
    if (open) byId("sidebar").querySelector("a, button").focus();
    else if (byId("sidebar").contains(document.activeElement)) this.#drawer.focus();
  }
}

const nameOf = (member) => member.display_name ?? member.name;

function memberLine(member, isMe) {
  const attributes = { class: "member", style: { "--name": member.color } };
  return el("p", attributes, avatar(member, "small online"), nameOf(member), isMe && el("small", {}, "you"));
}

function botLine(bot) {
  const presence = bot.online ? "online" : "offline";
  const face = avatar({ ...bot, bot: true }, `small ${presence}`);
  return el("p", { class: `member ${presence}` }, face, bot.name, el("span", { class: "app" }, "APP"));
}

// Members stand under the highest role they bear.
function groupOf({ roles }) {
  return roles.find(({ name }) => name !== "@everyone")?.name ?? "Online";
}
