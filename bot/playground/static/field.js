// The fields of a modal, one maker a component type.
// A field is {node, control, required, grouped, read, problem, focus}.

import { TYPE } from "./discord.js";
import { el } from "./dom.js";
import { choose, renderSelect } from "./select.js";

const PARAGRAPH = 2;
const LONGEST = 4000; // characters of a text input that sets no limit of its own

const MAKERS = {
  [TYPE.TEXT_INPUT]: textField,
  [TYPE.STRING_SELECT]: selectField,
  [TYPE.USER_SELECT]: selectField,
  [TYPE.ROLE_SELECT]: selectField,
  [TYPE.MENTIONABLE_SELECT]: selectField,
  [TYPE.CHANNEL_SELECT]: selectField,
  [TYPE.RADIO_GROUP]: radioField,
  [TYPE.CHECKBOX_GROUP]: checkboxesField,
  [TYPE.CHECKBOX]: checkboxField,
};

/** Make the field of a component. `naming` is {id, label}: of the element, and what it is called. */
export function makeField(component, world, naming) {
  return (MAKERS[component.type] ?? unsupportedField)(component, naming, world);
}

const isRequired = ({ required }) => required ?? true;
const identity = ({ type, id, custom_id }) => ({ type, id, custom_id });

function textField(component, { id }) {
  const { placeholder, value } = component;
  const required = isRequired(component);
  const most = component.max_length ?? LONGEST;
  const paragraph = component.style === PARAGRAPH;
  const attributes = { id, class: "text-input", placeholder, maxlength: most, "aria-required": String(required) };
  const control = paragraph ? el("textarea", { ...attributes, rows: 4 }) : el("input", { ...attributes, type: "text" });
  control.value = value ?? "";
  const counter = el("span", { class: "counter", "aria-hidden": "true" });
  const count = () => (counter.textContent = `${control.value.length}/${most}`);
  control.addEventListener("input", count);
  count();
  return {
    node: el("div", { class: "text-field" }, control, component.max_length ? counter : null),
    control,
    required,
    read: () => ({ ...identity(component), value: control.value }),
    problem: () => textProblem(control.value, required, component.min_length ?? 0),
    focus: () => control.focus(),
  };
}

function textProblem(value, required, least) {
  if (!value) return required ? "This field is required." : null;
  return value.length < least ? `At least ${least} characters are needed.` : null;
}

function selectField(component, { id, label }, world) {
  const required = isRequired(component);
  let values = (component.options ?? []).filter((option) => option.default).map(({ value }) => value);
  if (component.default_values) values = component.default_values.map((entity) => entity.id);
  const node = el("div", {});
  const draw = () => {
    const button = renderSelect(component, world, { values, label });
    button.id = id;
    button.addEventListener("click", async () => {
      const least = required ? (component.min_values ?? 1) : 0;
      const chosen = await choose(button, { ...component, min_values: least }, world, values);
      if (!chosen) return;
      values = chosen;
      draw();
      node.firstChild.focus();
      node.dispatchEvent(new Event("input", { bubbles: true }));
    });
    node.replaceChildren(button);
  };
  draw();
  return {
    node,
    control: node,
    required,
    read: () => ({ ...identity(component), values }),
    problem: () => (required && !values.length ? "Please make a choice." : null),
    focus: () => node.firstChild.focus(),
  };
}

function radioField(component, { id }) {
  const required = isRequired(component);
  const group = choiceGroup("radio", component, id);
  return {
    ...group,
    required,
    read: () => ({ ...identity(component), value: group.values()[0] ?? null }),
    problem: () => (required && !group.values().length ? "Please choose one." : null),
  };
}

function checkboxesField(component, { id }) {
  const required = isRequired(component);
  const group = choiceGroup("checkbox", component, id);
  const least = component.min_values ?? (required ? 1 : 0);
  const most = component.max_values ?? component.options.length;
  return {
    ...group,
    required,
    read: () => ({ ...identity(component), values: group.values() }),
    problem: () => {
      const count = group.values().length;
      if (count < least && (required || count)) return `Please choose at least ${least}.`;
      return count > most ? `Please choose at most ${most}.` : null;
    },
  };
}

function choiceGroup(type, { options }, id) {
  const inputs = options.map(({ value, default: checked = false }) => {
    const input = el("input", { type, name: id, value });
    input.checked = checked;
    return input;
  });
  const node = el(
    "div",
    { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": `${id}-label` },
    options.map(({ label, description }, index) => choice(inputs[index], label, description)),
  );
  const values = () => inputs.filter(({ checked }) => checked).map(({ value }) => value);
  return { node, control: node, grouped: true, values, focus: () => inputs[0].focus() };
}

function choice(input, label, description) {
  return el("label", { class: "choice" }, input, el("span", {}, label, description && el("small", {}, description)));
}

function checkboxField(component, { id }) {
  const control = el("input", { type: "checkbox", id, class: "lone" });
  control.checked = component.default ?? false;
  return {
    node: control,
    control,
    required: false,
    read: () => ({ ...identity(component), value: control.checked }),
    problem: () => null,
    focus: () => control.focus(),
  };
}

function unsupportedField(component) {
  const excuse = "The playground cannot show this kind of field; nothing is sent for it.";
  const node = el("p", { class: "field-about" }, excuse);
  return {
    node,
    control: node,
    required: false,
    read: () => ({ ...identity(component), values: [] }),
    problem: () => null,
    focus: () => node.scrollIntoView(),
  };
}
