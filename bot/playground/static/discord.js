// Numbers that Discord gave a meaning.

/** Component types, https://docs.discord.com/developers/components/reference#component-object. */
export const TYPE = {
  ROW: 1,
  BUTTON: 2,
  STRING_SELECT: 3,
  TEXT_INPUT: 4,
  USER_SELECT: 5,
  ROLE_SELECT: 6,
  MENTIONABLE_SELECT: 7,
  CHANNEL_SELECT: 8,
  SECTION: 9,
  TEXT: 10,
  THUMBNAIL: 11,
  GALLERY: 12,
  FILE: 13,
  SEPARATOR: 14,
  CONTAINER: 17,
  LABEL: 18,
  RADIO_GROUP: 21,
  CHECKBOX_GROUP: 22,
  CHECKBOX: 23,
};

/** Message flags, https://docs.discord.com/developers/resources/message#message-object-message-flags. */
export const FLAG = { EPHEMERAL: 64, LOADING: 128, COMPONENTS_V2: 32768 };

/** Command option types, https://docs.discord.com/developers/interactions/application-commands. */
export const OPTION = { SUBCOMMAND: 1, GROUP: 2, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9 };

/** The type of this server's channels, https://docs.discord.com/developers/resources/channel#channel-object-channel-types. */
export const GUILD_TEXT = 0;

/** The button style that opens an address instead of asking the bot. */
export const LINK_BUTTON = 5;
