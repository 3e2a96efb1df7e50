// The list of messages on screen: what is added, edited in place, removed, and where it is scrolled to.

import { byId } from "./dom.js";
import { renderMessage, renderSending } from "./message.js";
import { reveal } from "./markup.js";
import { morph } from "./morph.js";

const NEAR = 32; // pixels from the bottom that still count as being there

export class MessageList {
  #world;
  #list = byId("messages");
  #sending = byId("sending");
  #scroller = byId("scroller");
  #newer = byId("newer");
  #stuck = true;
  #top = 0;
  #missed = 0;
  #repaints = null;

  constructor(world) {
    this.#world = world;
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#newer.addEventListener("click", () => this.toBottom());
    // Whatever grows (a message, a picture that arrived, the composer): who was at the bottom stays there.
    const follow = new ResizeObserver(() => this.#stuck && this.toBottom());
    follow.observe(byId("content"));
    follow.observe(this.#scroller);
  }

  /** Show the channel as the world has it now. */
  showAll() {
    const { messages } = this.#world;
    this.#list.replaceChildren(...messages.map((message, index) => this.#render(message, messages[index - 1])));
    this.toBottom();
  }

  /** Draw every message again in its place: names and colours may be others now. */
  repaint() {
    this.#repaints ??= requestAnimationFrame(() => {
      this.#repaints = null;
      const { messages } = this.#world;
      messages.forEach((message, index) => {
        const row = this.#row(message.id);
        if (row) this.#edit(row, this.#render(message, messages[index - 1]));
      });
    });
  }

  /** Show a message: a new one at the end, an edited one in its place, under the reader's fingers. */
  show(message) {
    const messages = this.#world.messages;
    const index = messages.findIndex(({ id }) => id === message.id);
    if (index < 0) return;
    const row = this.#row(message.id);
    const wanted = this.#render(message, messages[index - 1]);
    if (row) this.#edit(row, wanted);
    else this.#append(wanted);
  }

  /** Take a message away; the one below may become the first of its group. */
  remove(id) {
    const row = this.#row(id);
    if (!row) return;
    const next = row.nextElementSibling?.dataset.message;
    const focused = row.contains(document.activeElement);
    row.remove();
    if (next) this.show(this.#world.message(next));
    if (focused) byId("entry").focus();
  }

  /** Show the commands that are on their way. */
  showSending(commands) {
    const focused = this.#sending.contains(document.activeElement);
    this.#sending.replaceChildren(...commands.map((command) => renderSending(command, this.#world)));
    if (focused) byId("entry").focus();
  }

  toBottom() {
    this.#stuck = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
    this.#miss(0);
  }

  /** What a message says, for the ear. */
  spoken(id) {
    const body = this.#row(id)?.querySelector(".body");
    return [...(body?.querySelectorAll(".markup, .embed, .failure, .thinking") ?? [])]
      .map((part) => part.innerText.trim())
      .join(" ")
      .slice(0, 400);
  }

  jump(id) {
    const row = this.#row(id);
    row?.scrollIntoView({ block: "center" });
    row?.focus({ preventScroll: true });
  }

  /** Go to the newest message that has something to press; false where none has. */
  focusLastControl() {
    const usable = [...this.#list.querySelectorAll("[data-control]:not([aria-disabled])")];
    const row = usable.at(-1)?.closest("li");
    usable.find((control) => row.contains(control))?.focus();
    return usable.length > 0;
  }

  #row(id) {
    return this.#list.querySelector(`[data-message="${CSS.escape(id)}"]`);
  }

  #render(message, previous) {
    return renderMessage(message, previous, this.#world);
  }

  #append(row) {
    this.#list.append(row);
    if (this.#stuck) this.toBottom();
    else this.#miss(this.#missed + 1);
  }

  #edit(row, wanted) {
    const focused = controls(row).find((control) => control === document.activeElement);
    const name = focused?.dataset.name;
    keepRevealed(row, wanted);
    morph(row, wanted);
    if (!focused || document.activeElement.dataset.name === name) return;
    // Another control may stand in the old place now, and must not be pressed unseen: the focus follows the name.
    const same = controls(row).find((control) => control.dataset.name === name);
    (same ?? row).focus({ preventScroll: true });
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    // An event tells of the past: content may have grown since. Only who moved up has left the bottom.
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#stuck = true;
    else if (scrollTop < this.#top) this.#stuck = false;
    this.#top = scrollTop;
    if (this.#stuck) this.#miss(0);
  }

  #miss(count) {
    this.#missed = count;
    this.#newer.hidden = count === 0;
    this.#newer.textContent = `${count} new ${count === 1 ? "message" : "messages"} ↓`;
  }
}

/** The buttons and menus of a message, in the order in which they are read. */
export function controls(row) {
  return [...row.querySelectorAll("[data-control]")];
}

// A spoiler that was opened stays open when its message is edited.
function keepRevealed(row, wanted) {
  const spoilers = wanted.querySelectorAll(".spoiler, [data-spoiler]");
  row.querySelectorAll(".spoiler, [data-spoiler]").forEach((spoiler, index) => {
    if (spoiler.hasAttribute("data-revealed") && spoilers[index]) reveal(spoilers[index]);
  });
}
