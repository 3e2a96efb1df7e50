// The frame around the chat: server, channels, members. Who this tab is, is in people.js.

import { avatar, byId, el, icon, initials } from "./dom.js";
import { People } from "./people.js";

export class Sidebar {
  #world;
  #people;
  #drawer = byId("drawer");
  #frame = null;

  /** `page` offers {world, connection}. */
  constructor(page) {
    this.#world = page.world;
    this.#people = new People(page);
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
    byId("channel-name").replaceChildren(signOf(channel, bot), channel.name);
    byId("channel-topic").textContent = channel.topic ?? "";
    byId("bot-state").textContent = stateOf(bot);
    this.showChannels();
    this.showPeople();
  }

  showChannels() {
    const { guild, channel, channels, unread } = this.#world;
    const direct = channels.filter((each) => each.direct);
    const letters = direct.filter(({ id }) => unread.has(id)).length > 0;
    byId("channel-list").replaceChildren(
      el("h3", {}, "Text channels"),
      ...channels.filter((each) => !each.direct).map((each) => this.#link(each)),
      ...(direct.length ? [el("h3", {}, "Direct messages"), ...direct.map((each) => this.#link(each))] : []),
    );
    this.#drawer.classList.toggle("letters", letters);
    this.#drawer.setAttribute("aria-label", letters ? "Channels (new direct message)" : "Channels");
    document.title = `${unread.size ? "• " : ""}${channel.direct ? "@" : "#"}${channel.name} | ${guild.name}`;
  }

  #link(channel) {
    const { channelId, unread, bot } = this.#world;
    const { id, name, direct } = channel;
    const count = unread.get(id);
    const attributes = { href: `#${id}`, class: count ? "channel unread" : "channel" };
    attributes["aria-current"] = id === channelId && "page";
    return el(
      "a",
      attributes,
      signOf(channel, bot),
      el("span", { class: "channel-label" }, name),
      count && direct && el("span", { class: "badge", "aria-hidden": "true" }, count),
      count && el("span", { class: "unseen" }, " (unread)"),
    );
  }

  /** Show who is here, once a frame at the most: five hundred may come at once. */
  showPeople() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#people.show();
      this.#showMembers();
    });
  }

  #showMembers() {
    const { members, bot, me } = this.#world;
    const groups = [...Map.groupBy(members, groupOf)].sort(([, one], [, other]) => rankOf(other[0]) - rankOf(one[0]));
    const people = groups.map(([group, inGroup]) => [
      el("h3", {}, `${group} — ${inGroup.length}`),
      inGroup.map((member) => memberLine(member, member.id === me.id)),
    ]);
    const robots = bot.here ? [el("h3", {}, "Bot"), botLine(bot)] : [];
    byId("member-list").replaceChildren(...people.flat(2), ...robots);
  }

  #slide(open) {
    if (open === document.body.classList.contains("drawer-open")) return;
    document.body.classList.toggle("drawer-open", open);
    this.#drawer.setAttribute("aria-expanded", String(open));
    if (open) byId("sidebar").querySelector("a, button").focus();
    else if (byId("sidebar").contains(document.activeElement)) this.#drawer.focus();
  }
}

function signOf({ direct }, bot) {
  return direct ? avatar({ ...bot, bot: true }, "tiny") : icon("hash");
}

function stateOf(bot) {
  if (!bot.here) return `${bot.name} is not in this server`;
  return bot.online ? "" : `${bot.name} is offline`;
}

function memberLine(member, isMe) {
  const attributes = { class: "member", style: { "--name": member.name_color } };
  return el("p", attributes, avatar(member, "small online"), member.display_name, isMe && el("small", {}, "you"));
}

function botLine(bot) {
  const presence = bot.online ? "online" : "offline";
  const face = avatar({ ...bot, bot: true }, `small ${presence}`);
  return el("p", { class: `member ${presence}` }, face, bot.name, el("span", { class: "app" }, "APP"));
}

// Members stand under the highest of their roles that stands apart.
const apart = ({ roles }) => roles.find(({ hoist }) => hoist);
const groupOf = (member) => apart(member)?.name ?? "Online";
const rankOf = (member) => apart(member)?.position ?? 0;
