// A list of options that opens beside a button: select menus and the member menu. It works by keyboard alone.

import { el, icon } from "./dom.js";

const GAP = 4; // pixels between the button and its list
const TYPING_PAUSE = 700; // milliseconds after which typed letters start a new search

/**
 * Open a list under (or above) `anchor`. With `most` 1 a choice closes it; with more, leaving it does. A `picture` is
 * an element.
 * Resolves with the chosen values, or with null when nothing was changed.
 */
export function openMenu(anchor, options, { chosen = [], least = 1, most = 1, label }) {
  return new Promise((resolve) => new Menu(anchor, options, { chosen, least, most, label, resolve }).open());
}

class Menu {
  #typed = "";
  #typedAt = 0;

  constructor(anchor, options, { chosen, least, most, label, resolve }) {
    Object.assign(this, { anchor, options, least, most, resolve });
    this.before = new Set(chosen);
    this.chosen = new Set(chosen);
    this.several = most > 1;
    this.items = options.map((option) => this.#item(option));
    const role = { role: "listbox", "aria-label": label, "aria-multiselectable": this.several && "true" };
    this.list = el("div", { class: "menu", popover: "auto", ...role }, this.items);
    this.list.addEventListener("keydown", (event) => this.#key(event));
    // Before, because the focus must be back before the next key is pressed.
    this.list.addEventListener("beforetoggle", (event) => event.newState === "closed" && this.#closing());
    this.list.addEventListener("toggle", (event) => event.newState === "closed" && this.list.remove());
  }

  open() {
    (this.anchor.closest("dialog") ?? document.body).append(this.list);
    this.list.showPopover();
    this.#place();
    this.anchor.setAttribute("aria-expanded", "true");
    const first = this.options.findIndex(({ value }) => this.chosen.has(value));
    this.items[Math.max(0, first)]?.focus();
  }

  #item(option) {
    const item = el(
      "div",
      { class: "menu-item", role: "option", tabindex: "-1", "aria-selected": String(this.chosen.has(option.value)) },
      option.picture?.cloneNode(true),
      el("span", { class: "menu-label" }, option.label, option.description && el("small", {}, option.description)),
      el("span", { class: this.several ? "tick box" : "tick" }, icon("check")),
    );
    item.addEventListener("click", () => this.#take(option, item));
    item.addEventListener("pointermove", () => item.focus());
    return item;
  }

  #take(option, item) {
    if (!this.several) {
      // Where none may be chosen, a second choice of the same takes it back.
      const back = this.least === 0 && this.chosen.has(option.value);
      this.chosen = new Set(back ? [] : [option.value]);
      this.taken = true;
      this.list.hidePopover();
      return;
    }
    if (this.chosen.has(option.value)) this.chosen.delete(option.value);
    else if (this.chosen.size < this.most) this.chosen.add(option.value);
    item.setAttribute("aria-selected", String(this.chosen.has(option.value)));
  }

  #key(event) {
    const index = this.items.indexOf(document.activeElement);
    const moves = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: this.items.length - 1 };
    if (event.key in moves) this.items[Math.min(Math.max(moves[event.key], 0), this.items.length - 1)].focus();
    else if (event.key === "Enter" || event.key === " ") this.items[index]?.click();
    else if (event.key === "Tab") this.list.hidePopover();
    else if (event.key.length === 1) this.#search(event.key, event.timeStamp);
    else return;
    event.preventDefault();
  }

  #search(letter, now) {
    this.#typed = (now - this.#typedAt < TYPING_PAUSE ? this.#typed : "") + letter.toLowerCase();
    this.#typedAt = now;
    const index = this.options.findIndex(({ label }) => label.toLowerCase().startsWith(this.#typed));
    this.items[index]?.focus();
  }

  #place() {
    const box = this.anchor.getBoundingClientRect();
    const below = innerHeight - box.bottom - 2 * GAP;
    const above = box.top - 2 * GAP;
    const upwards = below < Math.min(this.list.scrollHeight, 240) && above > below;
    const { style } = this.list;
    style.width = `${Math.max(box.width, 200)}px`;
    style.left = `${Math.max(GAP, Math.min(box.left, innerWidth - Math.max(box.width, 200) - GAP))}px`;
    style.maxHeight = `${Math.min(320, upwards ? above : below)}px`;
    if (upwards) style.bottom = `${innerHeight - box.top + GAP}px`;
    else style.top = `${box.bottom + GAP}px`;
  }

  #closing() {
    this.anchor.setAttribute("aria-expanded", "false");
    if (this.list.contains(document.activeElement)) this.anchor.focus();
    const same = this.before.size === this.chosen.size && [...this.chosen].every((value) => this.before.has(value));
    const changed = this.several ? !same && this.chosen.size >= this.least : this.taken;
    this.resolve(changed ? [...this.chosen] : null);
  }
}
