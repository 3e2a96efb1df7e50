// The page's one connection to the playground: it comes back by itself, and matches answers to questions.

const FIRST_WAIT = 250; // milliseconds before the first attempt to reconnect; doubled up to LONGEST_WAIT
const LONGEST_WAIT = 4000;
const PATIENCE = 5000; // milliseconds until a question without any answer has failed; a bot has three seconds

export class Connection {
  #socket = null;
  #wait = FIRST_WAIT;
  #asked = new Map();
  #count = 0;

  /** `onFrame(frame)` gets every frame; `onState(connected)` is told of each change. */
  constructor(member, { onFrame, onState }) {
    this.member = member;
    this.onFrame = onFrame;
    this.onState = onState;
    this.#open();
  }

  send(frame) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /**
   * Send with a nonce. Resolves with the frame of the type `until` that answers; rejects with a sentence where a
   * `failed` one does, where none comes, or where the connection is lost.
   */
  ask(frame, until = "acknowledged") {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("There is no connection."));
    const nonce = `${Date.now()}-${this.#count++}`;
    return new Promise((resolve, reject) => {
      const giveUp = () => this.#settle(nonce, (asked) => asked.reject(new Error("Nobody answered.")));
      const timer = setTimeout(giveUp, PATIENCE);
      this.#asked.set(nonce, { resolve, reject, until, timer });
      this.send({ ...frame, nonce });
    });
  }

  #open() {
    const address = new URL("/page/socket", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (this.member) address.searchParams.set("member", this.member);
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", () => this.#lost());
  }

  #receive(frame) {
    if (frame.type === "hello") {
      this.#wait = FIRST_WAIT;
      this.onState(true);
    }
    const asked = this.#asked.get(frame.nonce);
    if (frame.type === "failed") this.#settle(frame.nonce, () => asked.reject(new Error(frame.error)));
    else if (frame.type === asked?.until) this.#settle(frame.nonce, () => asked.resolve(frame));
    this.onFrame(frame);
  }

  #settle(nonce, how) {
    const asked = this.#asked.get(nonce);
    if (!asked) return;
    clearTimeout(asked.timer);
    this.#asked.delete(nonce);
    how(asked);
  }

  #lost() {
    this.onState(false);
    for (const nonce of [...this.#asked.keys()]) {
      this.#settle(nonce, (asked) => asked.reject(new Error("The connection was lost.")));
    }
    setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
