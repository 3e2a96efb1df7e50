// What a command's option may be, and what the words typed for it mean. Pure; it touches no element.

import { GUILD_TEXT, OPTION } from "./discord.js";

const TRUTHS = [{ name: "True", value: true }, { name: "False", value: false }];

/** The values that are known for an option: [{name, value, detail, member}]. */
export function knownValues(option, world) {
  if (option.choices?.length) return option.choices;
  if (option.type === OPTION.BOOLEAN) return TRUTHS;
  if (option.type === OPTION.USER) return world.members.map(memberValue);
  if (option.type === OPTION.ROLE) return world.roles.map(roleValue);
  if (option.type === OPTION.MENTIONABLE) return [...world.members.map(memberValue), ...world.roles.map(roleValue)];
  if (option.type === OPTION.CHANNEL) return channelsOf(option, world).map(channelValue);
  return [];
}

function memberValue(member) {
  return { name: `@${member.display_name ?? member.name}`, value: member.id, detail: member.name, member };
}

const roleValue = ({ id, name }) => ({ name: `@${name}`, value: id, detail: "Role" });
const channelValue = ({ id, name }) => ({ name: `#${name}`, value: id });

/** The server's channels that an option or a select menu takes, by its `channel_types`. */
export function channelsOf({ channel_types: types }, { channels }) {
  return types?.length && !types.includes(GUILD_TEXT) ? [] : channels.filter(({ direct }) => !direct);
}

/** Whether nothing else than the known values can be given. */
const isClosed = (option) => Boolean(option.choices?.length) || option.type === OPTION.BOOLEAN;

/** The known value that was typed, by its name or itself; "@Ada" and "Ada" are one. */
export function matching(values, typed) {
  const bare = (text) => String(text).toLowerCase().replace(/^[@#]/, "");
  const wanted = bare(typed.replace(/^<[@#]!?(\d+)>$/, "$1"));
  return values.find(({ name, value, detail }) => [name, value, detail ?? name].some((text) => bare(text) === wanted));
}

/** What to send for what was typed: the known value, or else the words themselves. */
export function meaning(option, typed, values) {
  const known = matching(values, typed);
  return known ? known.value : typed;
}

/** Why this cannot be given for the option, in a sentence; null where it can. */
export function objection(option, typed, values) {
  if (!isClosed(option) || matching(values, typed)) return null;
  return `${option.name} is one of: ${values.map(({ name }) => name).join(", ")}`;
}
