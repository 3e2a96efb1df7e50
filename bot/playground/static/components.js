// A message's components as elements: what there is to see and press. What a press does is in interactions.js.

import { LINK_BUTTON, TYPE } from "./discord.js";
import { el, icon } from "./dom.js";
import { colour, renderFileComponent, renderGallery, renderPicture } from "./media.js";
import { markup } from "./markup.js";
import { renderSelect } from "./select.js";

const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary", 6: "primary" };

const RENDERERS = {
  [TYPE.ROW]: renderRow,
  [TYPE.BUTTON]: renderButton,
  [TYPE.STRING_SELECT]: renderMessageSelect,
  [TYPE.USER_SELECT]: renderMessageSelect,
  [TYPE.ROLE_SELECT]: renderMessageSelect,
  [TYPE.MENTIONABLE_SELECT]: renderMessageSelect,
  [TYPE.CHANNEL_SELECT]: renderMessageSelect,
  [TYPE.SECTION]: renderSection,
  [TYPE.TEXT]: renderText,
  [TYPE.THUMBNAIL]: renderThumbnail,
  [TYPE.GALLERY]: ({ items }) => renderGallery(items),
  [TYPE.FILE]: (component, { message }) => renderFileComponent(component, message.attachments ?? []),
  [TYPE.SEPARATOR]: renderSeparator,
  [TYPE.CONTAINER]: renderContainer,
};

/** Elements for components; `context` is {message, dealings, world}. */
export function renderComponents(components, context) {
  return components.map((component) => RENDERERS[component.type](component, context));
}

function renderRow({ components }, context) {
  return el("div", { class: "actions", "data-kind": "row" }, renderComponents(components, context));
}

/**
 * A disabled control stays focusable for whoever is on it, so that an edit does not throw a keyboard user off
 * the message; it leaves the tab order and takes no press.
 */
export function disabledAttributes(disabled) {
  return disabled ? { "aria-disabled": "true", tabindex: "-1" } : {};
}

function renderButton(button, { dealings }) {
  const label = [button.emoji && renderEmoji(button.emoji), button.label && el("span", {}, button.label)];
  const classes = `button ${BUTTON_STYLES[button.style]}`;
  if (button.style === LINK_BUTTON) {
    const attributes = { class: classes, href: button.url, rel: "noreferrer", target: "_blank", "data-control": "", "data-name": button.label };
    return el("a", { ...attributes, ...disabledAttributes(button.disabled) }, label, icon("out"));
  }
  const pressed = dealings.pressed.has(button.custom_id);
  return el(
    "button",
    {
      type: "button",
      class: classes,
      "data-control": button.custom_id,
      "data-name": button.label ?? button.emoji?.name,
      "aria-busy": pressed && "true",
      ...disabledAttributes(button.disabled),
    },
    label,
    pressed && el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
  );
}

function renderEmoji({ id, name }) {
  return el("span", { class: "emoji" }, id ? `:${name}:` : name);
}

function renderMessageSelect(component, { dealings, world }) {
  const { chosen, pressed } = dealings;
  const values = chosen?.customId === component.custom_id ? chosen.values : undefined;
  return renderSelect(component, world, { values, busy: pressed.has(component.custom_id) });
}

function renderText(component) {
  return markup(component.content_html, component.content, { "data-kind": "text" });
}

function renderSection({ components, accessory }, context) {
  return el(
    "div",
    { class: "section", "data-kind": "section" },
    el("div", { class: "section-text" }, renderComponents(components, context)),
    el("div", { class: "accessory" }, renderComponents([accessory], context)),
  );
}

function renderThumbnail({ media, description, spoiler }) {
  return el("div", { class: "thumbnail", "data-kind": "thumbnail" }, renderPicture(media, description, spoiler));
}

function renderSeparator({ divider, spacing }) {
  const size = spacing === 2 ? "large" : "small";
  return el("div", { class: `separator ${size}`, "data-kind": "separator", role: divider !== false && "separator" });
}

function renderContainer({ components, accent_color: accent, spoiler }, context) {
  return el(
    "div",
    {
      class: "container",
      "data-kind": "container",
      "data-spoiler": spoiler && "",
      style: { "--accent": colour(accent) },
    },
    renderComponents(components, context),
  );
}
