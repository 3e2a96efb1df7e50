// Commands on their way to the bot: a row each, until the bot has answered or the member has read why not.

export class Sending {
  #commands = [];
  #count = 0;

  /** `page` offers {world, connection, list, announce}. */
  constructor(page) {
    this.page = page;
  }

  /** Run a command, {name, options}; `line` is its full name as people write it. */
  async run(command, line) {
    const { world, connection, announce } = this.page;
    const row = { nonce: String(this.#count++), command: line, channelId: world.channelId };
    this.#commands.push(row);
    this.show();
    try {
      await connection.ask({ type: "command", channel_id: row.channelId, ...command });
      this.forget(row.nonce);
    } catch (error) {
      row.error = error.message;
      announce(error.message);
      this.show();
    }
  }

  forget(nonce) {
    this.#commands = this.#commands.filter((row) => row.nonce !== nonce);
    this.show();
  }

  show() {
    const { world, list } = this.page;
    list.showSending(this.#commands.filter(({ channelId }) => channelId === world.channelId));
  }
}
