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
    const links = channels.map(({ id, name }) =>
      el(
        "a",
        { href: `#${id}`, "aria-current": id === channelId && "page", class: unread.has(id) ? "channel unread" : "channel" },
        icon("hash"),
        name,
        unread.has(id) && el("span", { class: "unseen" }, " (unread)"),
      ),
    );
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
    return el(
      "div",
      { class: "person" },
      el("a", { href, class: "person-name", "aria-current": current && "true" }, avatar(member, "small"), nameOf(member)),
      el("a", { href, target: "_blank", class: "icon-button", "aria-label": `${nameOf(member)}, in a new tab`, title: "In a new tab" }, icon("out")),
    );
  }

  #showMembers() {
    const { members, bot, me } = this.#world;
    const groups = new Map();
    for (const member of members) {
      const group = roleOf(member);
      groups.set(group, [...(groups.get(group) ?? []), member]);
    }
    const lists = [...groups].map(([group, people]) => [
      el("h3", {}, `${group} — ${people.length}`),
      people.map((member) => el("p", { class: "member", style: { "--name": member.color } }, avatar(member, "small online"), nameOf(member), member.id === me.id && el("small", {}, "you"))),
    ]);
    const robot = { ...bot, bot: true };
    const presence = bot.online ? "online" : "offline";
    byId("member-list").replaceChildren(
      ...lists.flat(2),
      el("h3", {}, "Bot"),
      el("p", { class: `member ${presence}` }, avatar(robot, `small ${presence}`), bot.name, el("span", { class: "app" }, "APP")),
    );
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

function roleOf(member) {
  const named = member.roles.map((role) => role.name ?? role).filter((name) => name !== "@everyone");
  return named[0] ?? "Online";
}
