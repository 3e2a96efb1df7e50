// What to offer while a command line is being typed. Pure; the composer shows it and puts it into the line.

import { missing, readLine, runnable } from "./slash.js";
import { knownValues } from "./values.js";

const MOST = 25; // as many as Discord offers

/**
 * What fits at the caret: {title, items, asks} or null. An item is {label, detail, member, from, to, text}: the piece
 * of the line it replaces, and with what. `asks` is the option whose values only the bot knows.
 */
export function suggestions(text, caret, world, known) {
  const line = readLine(text, world.commands, known);
  if (!line) return null;
  if (!line.command || caret <= line.command.name.length + 1) return commandItems(text, caret, world);
  const entry = line.entries.find(({ start, to }) => start <= caret && caret <= to);
  if (entry) return valueItems(entry.option, { ...entry, typed: entry.value }, world);
  const free = line.command.options.filter((option) => !line.entries.some((each) => each.option === option));
  const needed = missing(line);
  if (needed && free.includes(needed)) return valueItems(needed, { start: caret, to: caret, typed: "" }, world);
  return optionItems(free, caret);
}

function commandItems(text, caret, world) {
  const typed = text.slice(1, caret).trimStart().toLowerCase();
  const rank = ({ name }) => (name.startsWith(typed) ? 0 : 1);
  const items = runnable(world.commands)
    .filter(({ name }) => name.includes(typed))
    .sort((one, other) => rank(one) - rank(other))
    .map(({ name, description, options }) => ({
      label: `/${name}`,
      hints: options.map(({ name: option, required }) => ({ name: option, required })),
      detail: description,
      bot: true,
      ...{ from: 0, to: text.length, text: `/${name} ` },
    }));
  return { title: items.length ? "Commands" : "No command is called that", items: items.slice(0, MOST) };
}

function optionItems(options, caret) {
  const items = options.map(({ name, description }) => ({
    label: name,
    detail: description,
    ...{ from: caret, to: caret, text: `${name}:` },
  }));
  return items.length ? { title: "More options", items, optional: true } : null;
}

function valueItems(option, place, world) {
  const title = `${option.name}: ${option.description}`;
  if (option.autocomplete) return { title, items: [], asks: { option, place } };
  const wanted = place.typed.toLowerCase();
  const fitting = knownValues(option, world).filter(({ name }) => name.toLowerCase().includes(wanted));
  return { title, items: valuesAt(option, place, fitting) };
}

/** Items for values that go to a place in the line; picking one writes "option:value". */
export function valuesAt(option, { start, to }, values) {
  return values.slice(0, MOST).map(({ name, value, detail, member }) => ({
    label: name,
    detail,
    member,
    picked: { option, name, value },
    ...{ from: start, to, text: `${option.name}:${name} ` },
  }));
}
