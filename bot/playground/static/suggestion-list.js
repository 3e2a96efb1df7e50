// The list over the message box. It shows what it is given, and tells which item was taken.

import { avatar, byId, el } from "./dom.js";

export class SuggestionList {
  #panel = byId("suggestions");
  #title = byId("suggestions-title");
  #list = byId("suggestions-list");
  #entry = byId("entry");
  #items = [];
  #index = 0;
  /** Whether the member has moved in the list, so that Enter means the item and not the line. */
  steered = false;

  /** `onTake(item)` is called for a press on an item. */
  constructor(onTake) {
    this.onTake = onTake;
    // The box must not lose focus to a press on the list.
    this.#panel.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  get active() {
    return this.#items[this.#index];
  }

  /** Show {title, items, asks}, or nothing. */
  show(found) {
    if (!found) {
      this.hide();
      return;
    }
    this.#items = found.items;
    this.#index = 0;
    this.steered = false;
    this.#title.textContent = found.title;
    const loading = el("li", { class: "loading", role: "presentation" }, "Loading options…");
    this.#list.replaceChildren(...(found.asks ? [loading] : this.#rows()));
    this.#panel.hidden = false;
    this.#entry.setAttribute("aria-expanded", "true");
    this.#mark();
  }

  hide() {
    this.#panel.hidden = true;
    this.#items = [];
    this.#entry.setAttribute("aria-expanded", "false");
    this.#entry.removeAttribute("aria-activedescendant");
  }

  move(step) {
    if (!this.#items.length) return;
    this.steered = true;
    this.#index = (this.#index + step + this.#items.length) % this.#items.length;
    this.#mark();
  }

  #rows() {
    return this.#items.map((item, index) =>
      el(
        "li",
        {
          role: "option",
          id: `suggestion-${index}`,
          onclick: () => this.onTake(item),
          onpointermove: () => this.#hover(index),
        },
        (item.member || item.bot) && avatar(item.member ?? item, "small"),
        el(
          "span",
          { class: "suggestion" },
          el("span", { class: "suggestion-label" }, item.label, item.hints?.map(hint)),
          item.detail && el("small", {}, item.detail),
        ),
      ),
    );
  }

  #hover(index) {
    if (index === this.#index) return;
    this.#index = index;
    this.#mark();
  }

  #mark() {
    [...this.#list.children].forEach((row, index) => {
      const active = index === this.#index && row.role === "option";
      row.setAttribute("aria-selected", String(active));
      if (!active) return;
      this.#entry.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    });
  }
}

const hint = ({ name, required }) => el("span", { class: required ? "hint needed" : "hint" }, name);
