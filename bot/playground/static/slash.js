// The grammar of a command line: "/demo parallel", "/demo demo:compare delays:300, 500". Pure; it touches no element.

import { OPTION } from "./discord.js";

const CHAT_INPUT = 1;

const isGroup = ({ type }) => type === OPTION.SUBCOMMAND || type === OPTION.GROUP;

/** Every command line that can be run: a command, or each of its subcommands. [{name, description, options}] */
export function runnable(commands) {
  const walk = (command, name) => {
    const inner = (command.options ?? []).filter(isGroup);
    if (inner.length) return inner.flatMap((option) => walk(option, `${name} ${option.name}`));
    return [{ name, description: command.description, options: command.options ?? [] }];
  };
  const typed = commands.filter(({ type = CHAT_INPUT }) => type === CHAT_INPUT);
  return typed.flatMap((command) => walk(command, command.name));
}

/**
 * Read a line. `known(option)` lists texts that belong together although they hold spaces, such as members' names.
 * Returns null for what is no command line, else {command, entries}: `command` is undefined while the name is
 * unknown or unfinished, and an entry is {option, value, from, to, start} with `from`–`to` around the value and
 * `start` where its "option:" begins.
 */
export function readLine(text, commands, known = () => []) {
  if (!text.startsWith("/")) return null;
  const command = runnable(commands)
    .filter(({ name }) => text.slice(1) === name || text.startsWith(`${name} `, 1))
    .sort((one, other) => other.name.length - one.name.length)[0];
  if (!command) return { command, entries: [] };
  const from = command.name.length + 1;
  const keyed = readKeyed(text, from, command.options);
  const free = command.options.filter((option) => !keyed.some((entry) => entry.option === option));
  const words = readWords(text, from, keyed[0]?.start ?? text.length, free, known);
  return { command, entries: [...words, ...keyed] };
}

// "option:value" pairs; a value reaches to the next pair.
function readKeyed(text, from, options) {
  const names = options.map(({ name }) => name).sort((one, other) => other.length - one.length);
  if (!names.length) return [];
  const keys = [...text.slice(from).matchAll(new RegExp(`(?<=\\s)(${names.join("|")}):`, "gu"))];
  return keys.map((key, index) => {
    const start = from + key.index;
    const end = index + 1 < keys.length ? from + keys[index + 1].index : text.length;
    const option = options.find(({ name }) => name === key[1]);
    return { option, start, ...trimmed(text, start + key[0].length, end) };
  });
}

// Bare words fill the options in their order: one word each, or one known text, and all the rest for the last.
function readWords(text, from, to, options, known) {
  const entries = [];
  let at = from;
  for (const [index, option] of options.entries()) {
    at += text.slice(at, to).match(/^\s*/)[0].length;
    if (at >= to) break;
    const end = index === options.length - 1 ? to : at + wordLength(text.slice(at, to), known(option));
    entries.push({ option, start: at, ...trimmed(text, at, end) });
    at = end;
  }
  return entries;
}

function wordLength(rest, texts) {
  const lower = rest.toLowerCase();
  const whole = texts
    .filter((each) => lower === each.toLowerCase() || lower.startsWith(`${each.toLowerCase()} `))
    .sort((one, other) => other.length - one.length)[0];
  return whole ? whole.length : rest.match(/^\S+/)[0].length;
}

function trimmed(text, from, to) {
  const piece = text.slice(from, to);
  const lead = piece.length - piece.trimStart().length;
  const value = piece.trim();
  const start = value ? from + lead : from;
  return { value, from: start, to: start + value.length };
}

/** The first option that must be given and is not, if any. */
export function missing({ command, entries }) {
  const given = new Set(entries.filter(({ value }) => value).map(({ option }) => option));
  return command.options.find((option) => option.required && !given.has(option));
}

/** The options as the page's protocol wants them: nested under the subcommands' names. */
export function nested(command, options) {
  const [name, ...path] = command.name.split(" ");
  return { name, options: path.reduceRight((inner, step) => [{ name: step, options: inner }], options) };
}
