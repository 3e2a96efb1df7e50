// Select menus, in messages and in modals: the closed box, its options, and opening it.

import { TYPE } from "./discord.js";
import { avatar, el, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { channelsOf } from "./values.js";

/** The closed box. `values` are what the member just chose; without them the component's own defaults show. */
export function renderSelect(component, world, { values, busy = false, label } = {}) {
  const options = selectOptions(component, world);
  const shown = options.filter(({ value, chosen }) => (values ? values.includes(value) : chosen));
  return el(
    "button",
    {
      type: "button",
      class: "select",
      "data-kind": "select",
      "data-control": component.custom_id,
      "data-name": component.placeholder ?? "select",
      "data-select": "",
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": label ?? component.placeholder ?? "Make a selection",
      "aria-busy": busy && "true",
      ...(component.disabled ? { "aria-disabled": "true", tabindex: "-1" } : {}),
    },
    el("span", { class: shown.length ? "chosen" : "placeholder" }, renderChosen(shown, component)),
    busy ? el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")) : icon("chevron"),
  );
}

function renderChosen(shown, component) {
  if (!shown.length) return component.placeholder ?? "Make a selection";
  if (shown.length === 1 && (component.max_values ?? 1) === 1) return [shown[0].picture, shown[0].label];
  return shown.map(({ label }) => el("span", { class: "chip" }, label));
}

/** What there is to choose from: {value, label, description, picture, chosen}. */
export function selectOptions(component, world) {
  if (component.type === TYPE.STRING_SELECT) return component.options.map(stringOption);
  const defaults = new Set((component.default_values ?? []).map(({ id }) => id));
  return entities(component, world).map((entity) => ({ ...entity, chosen: defaults.has(entity.value) }));
}

function stringOption({ value, label, description, emoji, default: chosen }) {
  const picture = emoji && el("span", { class: "emoji" }, emoji.id ? `:${emoji.name}:` : emoji.name);
  return { value, label, description, picture, chosen };
}

function entities(component, world) {
  const { type } = component;
  if (type === TYPE.CHANNEL_SELECT) return channelsOf(component, world).map(channelOption);
  if (type === TYPE.ROLE_SELECT) return world.roles.map(roleOption);
  const members = world.members.map(memberOption);
  return type === TYPE.MENTIONABLE_SELECT ? [...members, ...world.roles.map(roleOption)] : members;
}

const channelOption = ({ id, name }) => ({ value: id, label: `#${name}` });

function roleOption({ id, name, color }) {
  return { value: id, label: `@${name}`, picture: el("span", { class: "role-dot", style: { "--role": color } }) };
}

function memberOption(member) {
  const { id, name, display_name: label } = member;
  return { value: id, label, description: name, picture: avatar(member, "small") };
}

/** Open a box. Resolves with the chosen values, or with null where the member thought better of it. */
export function choose(button, component, world, values) {
  const options = selectOptions(component, world);
  const chosen = values ?? options.filter((option) => option.chosen).map(({ value }) => value);
  return openMenu(button, options, {
    chosen,
    least: component.min_values ?? 1,
    most: component.max_values ?? 1,
    label: component.placeholder ?? "Make a selection",
  });
}
