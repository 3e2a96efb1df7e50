// The message box: an ordinary message, or a command line with its suggestions.

import { suggestions, valuesAt } from "./complete.js";
import { byId, el } from "./dom.js";
import { missing, nested, readLine } from "./slash.js";
import { SuggestionList } from "./suggestion-list.js";
import { knownValues, meaning, objection } from "./values.js";

const NOT_HERE = "You do not have permission to send messages in this channel.";
const TYPING_PAUSE = 120; // milliseconds of rest before the bot is asked for choices

export class Composer {
  #entry = byId("entry");
  #mirror = byId("mirror");
  #error = byId("composer-error");
  #list;
  #picked = new Map(); // what a picked choice's name stands for: "option\nname" -> value
  #question = 0;

  /** `page` offers {world, connection, list, sending}. */
  constructor(page) {
    this.page = page;
    this.#list = new SuggestionList((item) => this.#take(item));
    this.#entry.addEventListener("input", () => this.#changed());
    this.#entry.addEventListener("keydown", (event) => this.#key(event));
    this.#entry.addEventListener("keyup", (event) => event.key.startsWith("Arrow") && this.#mayMove(event));
    this.#entry.addEventListener("click", () => this.#suggest());
    this.#entry.addEventListener("blur", () => this.#dismiss());
    byId("slash").addEventListener("click", () => this.put(this.#entry.value || "/"));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Put a text into the box and go there. */
  put(text) {
    this.#entry.value = text;
    this.#entry.focus();
    this.#entry.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  focus() {
    this.#entry.focus();
  }

  /** Say where messages go. */
  address(channel) {
    const name = channel.direct ? `Message @${channel.name}` : `Message #${channel.name}`;
    this.#entry.placeholder = channel.may_send ? name : NOT_HERE;
    this.#entry.setAttribute("aria-label", name);
    for (const control of [this.#entry, byId("slash"), byId("send")]) control.disabled = !channel.may_send;
    byId("composer").classList.toggle("closed", !channel.may_send);
    this.#draw();
  }

  #changed() {
    this.#error.textContent = "";
    this.#draw();
    this.#suggest();
  }

  #mayMove(event) {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.#suggest();
  }

  #line() {
    return readLine(this.#entry.value, this.page.world.commands, (option) => this.#names(option));
  }

  #names(option) {
    const picked = [...this.#picked.keys()].map((key) => key.split("\n"));
    const own = picked.filter(([name]) => name === option.name).map(([, value]) => value);
    return [...own, ...knownValues(option, this.page.world).flatMap(({ name }) => [name, name.replace(/^[@#]/, "")])];
  }

  #suggest() {
    const { value, selectionStart } = this.#entry;
    const found = suggestions(value, selectionStart, this.page.world, (option) => this.#names(option));
    this.#question += 1;
    this.#list.show(found);
    if (found?.asks) this.#ask(found, this.#question);
  }

  // Close the list; choices that are still on their way do not open it again.
  #dismiss() {
    this.#question += 1;
    this.#list.hide();
  }

  // Only the bot knows the choices; it is asked once the fingers rest, and an answer to an older text is dropped.
  async #ask(found, question) {
    await new Promise((resolve) => setTimeout(resolve, TYPING_PAUSE));
    if (question !== this.#question) return;
    const { option, place } = found.asks;
    const line = this.#line();
    if (!line?.command) return;
    const options = this.#values(line).filter(({ name }) => name !== option.name);
    options.push({ name: option.name, value: place.typed, focused: true });
    const frame = { type: "autocomplete", channel_id: this.page.world.channelId, ...nested(line.command, options) };
    try {
      const { choices } = await this.page.connection.ask(frame, "autocomplete");
      const items = valuesAt(option, place, choices);
      if (question === this.#question) this.#list.show({ title: found.title, items });
    } catch {
      if (question === this.#question) this.#list.show({ title: "Loading options failed", items: [] });
    }
  }

  #values({ entries }) {
    return entries
      .filter(({ value }) => value)
      .map(({ option, value }) => ({ name: option.name, value: this.#meaning(option, value) }));
  }

  #meaning(option, typed) {
    const picked = this.#picked.get(`${option.name}\n${typed}`);
    return picked ?? meaning(option, typed, knownValues(option, this.page.world));
  }

  #take({ from, to, text, picked }) {
    if (picked) this.#picked.set(`${picked.option.name}\n${picked.name}`, picked.value);
    this.#entry.setRangeText(text, from, to, "end");
    if (picked) this.#nameNext();
    this.#entry.focus();
    this.#changed();
  }

  // What must still be given is named at once, as in Discord: words would belong to the value before.
  #nameNext() {
    const { value, selectionEnd } = this.#entry;
    const line = this.#line();
    const needed = line?.command && selectionEnd === value.length && missing(line);
    if (needed) this.#entry.setRangeText(`${needed.name}:`, selectionEnd, selectionEnd, "end");
  }

  #key(event) {
    if (event.isComposing) return;
    const { key } = event;
    if (this.#list.isOpen && this.#steer(event)) event.preventDefault();
    else if (key === "Enter" && !event.shiftKey && !this.#inCodeBlock()) {
      event.preventDefault();
      this.#submit();
    } else if (key === "ArrowUp" && !this.#entry.value && this.page.list.focusLastControl()) event.preventDefault();
  }

  // In a code block that is still open, Enter is a new line, as in Discord.
  #inCodeBlock() {
    const fences = this.#entry.value.slice(0, this.#entry.selectionStart).match(/```/g) ?? [];
    return fences.length % 2 === 1;
  }

  // Keys that work the list of suggestions; true where the key was one.
  #steer({ key, shiftKey }) {
    const list = this.#list;
    if (key === "ArrowDown") list.move(1);
    else if (key === "ArrowUp") list.move(-1);
    else if (key === "Escape") this.#dismiss();
    else if (key === "Tab" && !shiftKey && list.active) this.#take(list.active);
    else if (key === "Enter" && !shiftKey && list.active && (list.steered || this.#problem())) this.#take(list.active);
    else return false;
    return true;
  }

  #problem() {
    const line = this.#line();
    if (!line) return null;
    if (!line.command) return "There is no such command. Type / to see them all.";
    const needed = missing(line);
    if (needed) return `/${line.command.name} needs ${needed.name}: ${needed.description}`;
    const { world } = this.page;
    return line.entries
      .filter(({ value }) => value)
      .map(({ option, value }) => objection(option, value, knownValues(option, world)))
      .find(Boolean);
  }

  #submit() {
    const content = this.#entry.value.trim();
    if (!content) return;
    const problem = this.#problem();
    this.#error.textContent = problem ?? "";
    if (problem) return;
    const { connection, world, list, sending } = this.page;
    const line = this.#line();
    if (line) sending.run(nested(line.command, this.#values(line)), line.command.name);
    else connection.send({ type: "say", channel_id: world.channelId, content });
    this.#picked.clear();
    this.put("");
    list.toBottom();
  }

  // The text as it looks: the mirror lies under the transparent text of the box and paints options as pills.
  #draw() {
    const { value } = this.#entry;
    const line = this.#line();
    const painted = line?.command ? paint(value, line) : [value];
    this.#mirror.replaceChildren(...painted, "\u200b");
    byId("composer").classList.toggle("filled", value !== "");
  }
}

function paint(text, { command, entries }) {
  const name = `/${command.name}`;
  const pieces = [el("b", {}, name)];
  let at = name.length;
  for (const { start, from, to } of entries) {
    pieces.push(text.slice(at, start));
    if (from > start) pieces.push(el("span", { class: "key" }, text.slice(start, from)));
    if (to > from) pieces.push(el("span", { class: from > start ? "value" : "value alone" }, text.slice(from, to)));
    at = to;
  }
  const rest = text.slice(at);
  const given = new Set(entries.map(({ option }) => option));
  const open = command.options.filter((option) => !given.has(option));
  return [...pieces, rest, ...(rest.trim() ? [] : open.map(ghost))];
}

// An option that is still open, dimly, where it would be typed.
function ghost({ name, required }) {
  return el("span", { class: required ? "ghost needed" : "ghost" }, name);
}
