// What this tab knows: members, channels, commands and messages, as the playground tells it. It draws nothing.

export class World {
  me = null;
  guild = null;
  bot = null;
  roles = [];
  channels = [];
  channelId = null;
  inboxOpen = true;
  unread = new Map(); // channel id -> how many messages
  #members = new Map();
  #commands = {};
  #messages = new Map();
  // What the member has done to a message, and the playground has not answered yet: message id -> …
  #pressed = new Map();
  #failures = new Map();
  #chosen = new Map();

  hello(frame) {
    const { member, guild, bot, members, roles, inbox_open: inboxOpen } = frame;
    Object.assign(this, { guild, bot, roles, inboxOpen, me: member });
    this.#members = new Map(members.map((each) => [each.id, each]));
    this.setCommands(frame);
    this.setPlaces(frame);
    for (const held of [this.#pressed, this.#failures, this.#chosen]) held.clear();
  }

  /** Take the channels that this member can see, and what was said there. */
  setPlaces({ channels, messages }) {
    this.channels = channels;
    this.#messages = new Map(
      channels.map(({ id }) => [id, new Map((messages[id] ?? []).map((message) => [message.id, message]))]),
    );
    for (const id of this.unread.keys()) if (!this.#messages.has(id)) this.unread.delete(id);
    if (!this.channel) this.channelId = channels[0]?.id ?? null;
  }

  setCommands({ commands, direct_commands: direct }) {
    this.#commands = { here: commands, direct };
  }

  /** Keep a member; true where they were known already, and are not what they were. */
  setMember(member) {
    const known = this.#members.has(member.id);
    this.#members.set(member.id, member);
    if (member.id === this.me.id) this.me = member;
    return known;
  }

  dropMember(id) {
    this.#members.delete(id);
  }

  get members() {
    return [...this.#members.values()];
  }

  /** The commands of the place that is on screen. */
  get commands() {
    return this.channel?.direct ? this.#commands.direct : this.#commands.here;
  }

  get channel() {
    return this.channels.find(({ id }) => id === this.channelId);
  }

  get messages() {
    return [...(this.#messages.get(this.channelId)?.values() ?? [])];
  }

  message(id) {
    for (const channel of this.#messages.values()) if (channel.has(id)) return channel.get(id);
    return undefined;
  }

  /** Keep a new or edited message. What was tried on its older self is over. */
  keep(message) {
    this.#messages.get(message.channel_id)?.set(message.id, message);
    this.#failures.delete(message.id);
    this.#chosen.delete(message.id);
  }

  /** Count a message that came to a channel which is not on screen. */
  miss(message) {
    this.unread.set(message.channel_id, (this.unread.get(message.channel_id) ?? 0) + 1);
  }

  forget(message) {
    this.#messages.get(message.channel_id)?.delete(message.id);
  }

  /** The person with this id: a member, or whoever wrote a message. */
  person(user) {
    const member = this.#members.get(user.id);
    if (member) return { ...member, name: member.display_name ?? member.name };
    if (user.id === this.bot.id) return { ...this.bot, bot: true };
    return { id: user.id, name: user.global_name ?? user.username, bot: user.bot };
  }

  /** A component of a message by its custom_id, wherever it is nested. */
  component(messageId, customId) {
    const search = (components) => {
      for (const component of components) {
        if (component.custom_id === customId) return component;
        const found = search([...(component.components ?? []), component.accessory].filter(Boolean));
        if (found) return found;
      }
      return undefined;
    };
    return search(this.message(messageId)?.components ?? []);
  }

  press(messageId, customId, values) {
    this.#failures.delete(messageId);
    this.#pressed.set(messageId, new Set(this.#pressed.get(messageId)).add(customId));
    if (values) this.#chosen.set(messageId, { customId, values });
  }

  release(messageId, customId) {
    this.#pressed.get(messageId)?.delete(customId);
  }

  fail(messageId, sentence) {
    this.#failures.set(messageId, sentence);
    this.#chosen.delete(messageId);
  }

  /** How this member stands to a message: what they pressed, chose, and what went wrong. */
  dealings(messageId) {
    return {
      pressed: this.#pressed.get(messageId) ?? new Set(),
      chosen: this.#chosen.get(messageId),
      failure: this.#failures.get(messageId),
    };
  }
}
