// What a press in the message list does: buttons, menus, spoilers, mentions, pictures.

import { byId } from "./dom.js";
import { openPicture } from "./picture.js";
import { reveal } from "./markup.js";
import { controls } from "./messages.js";
import { choose } from "./select.js";

const HIDDEN = ":is(.spoiler, [data-spoiler]):not([data-revealed])";

export class Interactions {
  #does;

  /** `page` offers {world, connection, list, composer, announce, sending}. */
  constructor(page) {
    this.page = page;
    this.#does = {
      "[data-control]": (target) => this.#press(target),
      "[data-picture]": (target) => openPicture(target.dataset.picture, target.querySelector("img").alt),
      "[data-command]": (target) => page.composer.put(`/${target.dataset.command} `),
      "[data-jump]": (target) => page.list.jump(target.dataset.jump),
      "[data-dismiss]": (target) => page.connection.send({ type: "dismiss", message_id: messageOf(target) }),
      "[data-forget]": (target) => page.sending.forget(target.closest("li").dataset.nonce),
    };
    const content = byId("content");
    content.addEventListener("click", (event) => this.#click(event));
    content.addEventListener("keydown", (event) => this.#key(event));
  }

  #click(event) {
    const target = event.target.closest(`${HIDDEN}, ${Object.keys(this.#does).join(", ")}`);
    if (!target) return;
    if (target.matches("[aria-disabled], [aria-busy]")) event.preventDefault();
    else if (target.matches(HIDDEN)) reveal(target);
    else this.#does[Object.keys(this.#does).find((selector) => target.matches(selector))](target);
  }

  // A link is a control without a custom_id; it opens by itself.
  async #press(target) {
    const { world } = this.page;
    const messageId = messageOf(target);
    const customId = target.dataset.control;
    if (!customId) return;
    if (target.dataset.select === undefined) {
      await this.#interact(messageId, customId);
      return;
    }
    const { chosen } = world.dealings(messageId);
    const before = chosen?.customId === customId ? chosen.values : undefined;
    const values = await choose(target, world.component(messageId, customId), world, before);
    if (values) await this.#interact(messageId, customId, values);
  }

  async #interact(messageId, customId, values) {
    const { world, connection, announce } = this.page;
    world.press(messageId, customId, values);
    this.#refresh(messageId);
    try {
      await connection.ask({ type: "component", message_id: messageId, custom_id: customId, values });
    } catch (error) {
      world.fail(messageId, error.message);
      announce(error.message);
    }
    world.release(messageId, customId);
    this.#refresh(messageId);
  }

  #refresh(messageId) {
    const message = this.page.world.message(messageId);
    if (message) this.page.list.show(message);
  }

  // Arrow keys walk along a message's controls; Escape goes back to the message box.
  #key(event) {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".spoiler")) {
      event.preventDefault();
      event.target.click();
    } else if (event.key === "Escape") byId("entry").focus();
    else if (event.target.matches("[data-control]")) walk(event);
  }
}

function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "ArrowDown" && event.target.matches("[data-select]")) event.target.click();
  else if (!step) return;
  else {
    const around = controls(event.target.closest("li")).filter((node) => node === event.target || node.tabIndex >= 0);
    around[around.indexOf(event.target) + step]?.focus();
  }
  event.preventDefault();
}

const messageOf = (node) => node.closest("[data-message]").dataset.message;
