// Modals: a dialog built from a bot's form, and Discord's shape of what was filled in.

import { showDialog } from "./dialog.js";
import { el, icon } from "./dom.js";
import { makeField } from "./field.js";
import { markup } from "./markup.js";
import { TYPE } from "./discord.js";

/** Show a bot's modal. `submit(components)` sends it, and rejects with a sentence where that fails. */
export function openModal(modal, { world, submit }) {
  const parts = modal.components.map((component) => makePart(component, world));
  const failure = el("p", { class: "failure", role: "alert" });
  const send = el("button", { type: "submit", class: "button primary" }, "Submit");
  const dialog = el("dialog", { class: "modal", "aria-labelledby": "modal-title" });
  const close = () => dialog.close();
  dialog.append(
    el(
      "form",
      { novalidate: true },
      el("header", {}, el("h2", { id: "modal-title" }, modal.title), closeButton(close)),
      el("p", { class: "notice" }, `This form is sent to ${world.bot.name}. Do not share passwords or other secrets.`),
      el("div", { class: "modal-body" }, parts.map(({ node }) => node)),
      failure,
      el("footer", {}, el("button", { type: "button", class: "button secondary", onclick: close }, "Cancel"), send),
    ),
  );
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.ariaBusy || !complete(parts)) return;
    send.ariaBusy = "true";
    failure.textContent = await sent(parts, submit);
    send.ariaBusy = null;
    if (!failure.textContent) close();
  });
  showDialog(dialog);
  dialog.querySelector(".modal-body :is(input, textarea, button)")?.focus();
}

// Sends what was filled in; gives the sentence of what went wrong, or none.
async function sent(parts, submit) {
  try {
    await submit(parts.map(({ read }) => read()));
    return "";
  } catch (error) {
    return error.message;
  }
}

function closeButton(onclick) {
  return el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick }, icon("close"));
}

// Marks every field that is not filled in as it must be, and goes to the first of them.
function complete(parts) {
  const faulty = parts.filter(({ check }) => check && !check());
  faulty[0]?.focus();
  return faulty.length === 0;
}

// A part is {node, read, check, focus}; text only has a node.
function makePart(component, world) {
  switch (component.type) {
    case TYPE.TEXT:
      return { node: markup(component.content_html, component.content), read: () => textPart(component) };
    case TYPE.ROW: {
      const [inner] = component.components;
      const part = makeLabelled({ label: inner.label ?? "" }, inner, world);
      return { ...part, read: () => ({ type: TYPE.ROW, id: component.id, components: [part.read()] }) };
    }
    default: {
      const part = makeLabelled(component, component.component, world);
      return { ...part, read: () => ({ type: TYPE.LABEL, id: component.id, component: part.read() }) };
    }
  }
}

const textPart = ({ type, id }) => ({ type, id });

function makeLabelled({ label, description }, component, world) {
  const id = `field-${component.custom_id}`;
  const field = makeField(component, world, { id, label });
  const fault = el("span", { class: "fault", id: `${id}-fault`, role: "alert" });
  field.control.setAttribute("aria-describedby", `${id}-about ${id}-fault`);
  const star = field.required && el("span", { class: "star", "aria-hidden": "true" }, " *");
  const tag = field.grouped ? "p" : "label";
  const node = el(
    "div",
    { class: "field-group" },
    el(tag, { class: "field-label", for: field.grouped ? null : id, id: `${id}-label` }, label, star),
    description && el("p", { class: "field-about", id: `${id}-about` }, description),
    field.node,
    fault,
  );
  const check = () => {
    fault.textContent = field.problem() ?? "";
    return !fault.textContent;
  };
  node.addEventListener("input", () => fault.textContent && check());
  return { node, read: field.read, check, focus: field.focus };
}
