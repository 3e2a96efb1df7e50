// What a press in the message list does: buttons, menus, spoilers, mentions, pictures.

import { byId } from "./dom.js";
import { openPicture } from "./picture.js";
import { reveal } from "./markup.js";
import { controls } from "./messages.js";
import { choose } from "./select.js";

export class Interactions {
  /** `page` offers {world, connection, list, composer, announce, sending}. */
  constructor(page) {
    this.page = page;
    const content = byId("content");
    content.addEventListener("click", (event) => this.#click(event));
    content.addEventListener("keydown", (event) => this.#key(event));
  }

  #click(event) {
    const target = event.target.closest("[data-control], [data-dismiss], [data-forget], [data-picture], [data-command], [data-jump], .spoiler, [data-spoiler]:not([data-revealed])");
    if (!target) return;
    const { page } = this;
    const { control, command, jump, picture } = target.dataset;
    if (target.getAttribute("aria-disabled") === "true" || target.getAttribute("aria-busy") === "true") event.preventDefault();
    else if (isHidden(target)) reveal(target);
    else if (picture !== undefined) openPicture(picture, target.querySelector("img").alt);
    else if (control !== undefined) this.#press(target);
    else if (command !== undefined) page.composer.put(`/${command} `);
    else if (jump !== undefined) page.list.jump(jump);
    else if (target.dataset.forget !== undefined) page.sending.forget(target.closest("li").dataset.nonce);
    else if (target.dataset.dismiss !== undefined) page.connection.send({ type: "dismiss", message_id: messageOf(target) });
  }

  async #press(target) {
    const { world } = this.page;
    const messageId = messageOf(target);
    const customId = target.dataset.control;
    if (!customId) return; // a link opens by itself
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
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".spoiler, [data-spoiler]")) {
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

function isHidden(target) {
  return target.matches(".spoiler, [data-spoiler]") && !target.hasAttribute("data-revealed");
}
