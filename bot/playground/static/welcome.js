// The beginning of a channel: what this place is, and what to try first.

import { avatar, byId, el, icon } from "./dom.js";
import { runnable } from "./slash.js";

// Good first commands where the bot has them; else its own first ones are offered.
const TRY_FIRST = ["/lesson async", "/quiz", "/demo parallel"];

const KEYS = [
  ["/", "all commands"],
  ["↑", "in an empty box: the newest buttons"],
  ["Esc", "back to the box"],
];

/** Fill the welcome of the channel. `put(text)` puts a command into the message box. */
export function showWelcome({ channel, bot, commands }, put) {
  const beginning = channel.direct ? directWelcome(bot) : channelWelcome(channel);
  byId("welcome").replaceChildren(...beginning, ...(channel.may_send ? whatToTry(bot, commands, put) : []));
}

function channelWelcome({ name }) {
  return [
    el("span", { class: "welcome-sign", "aria-hidden": "true" }, icon("hash")),
    el("h3", {}, `Welcome to #${name}!`),
    el("p", {}, `This is the start of the #${name} channel. Everything here stays on this machine.`),
  ];
}

function directWelcome(bot) {
  return [
    avatar({ ...bot, bot: true }, "welcome-face"),
    el("h3", {}, bot.name),
    el("p", {}, `This is the beginning of your direct messages with ${bot.name}. Nobody else sees them.`),
  ];
}

function whatToTry(bot, commands, put) {
  return [
    el("p", { class: "try" }, commands.length ? `Try ${bot.name}:` : `${bot.name} has no commands yet.`),
    el("div", { class: "tries" }, lines(commands).map((line) => tryButton(line, put))),
    el("p", { class: "keys" }, KEYS.map(([key, what]) => el("span", {}, el("kbd", {}, key), ` ${what}`))),
  ];
}

function tryButton(line, put) {
  return el("button", { type: "button", class: "try-line", onclick: () => put(line) }, line);
}

function lines(commands) {
  const names = runnable(commands).map(({ name }) => name);
  const known = TRY_FIRST.filter((line) => names.some((name) => `${line} `.startsWith(`/${name} `)));
  return known.length ? known : names.slice(0, 3).map((name) => `/${name}`);
}
