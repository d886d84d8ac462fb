// A connection to the house that comes back: one WebSocket at a time, opened anew ever more patiently after it breaks.

const FIRST = 500;
const LONGEST = 30_000;

/** Hold a connection; `opened(send)`, `heard(object)` and `changed(state)` are told what becomes of it. */
export class Link {
  constructor({ opened, heard, changed, silence = 20_000, ask = null }) {
    Object.assign(this, { opened, heard, changed, silence, ask });
    this.wait = FIRST;
    this.socket = null;
    this.over = false;
    this.asked = false;
    this.again = null;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    addEventListener("pagehide", () => this.socket?.close());
    addEventListener("pageshow", (event) => event.persisted && this.hurry());
  }

  /** Connect. */
  open() {
    if (this.over || this.socket) return;
    this.changed("connecting");
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => this.current(socket) && (this.stir(), this.changed("open"), this.opened());
    socket.onmessage = (event) => this.current(socket) && (this.stir(), this.heard(JSON.parse(event.data)));
    socket.onclose = () => this.current(socket) && this.lost();
    this.stir();
  }

  /** Say something; tell whether it could be sent. */
  say(object) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(object));
    return true;
  }

  /** All is well: the next break is a new one. */
  settled() {
    this.wait = FIRST;
  }

  /** End the connection for good. */
  close() {
    this.over = true;
    clearTimeout(this.timer);
    clearTimeout(this.again);
    this.socket?.close();
    this.socket = null;
  }

  current(socket) {
    return socket === this.socket;
  }

  /** Note that the other side is there; when nothing comes for long, ask, and then give up on the connection. */
  stir() {
    clearTimeout(this.timer);
    this.asked = false;
    this.timer = setTimeout(() => this.silent(), this.silence);
  }

  silent() {
    if (this.ask && !this.asked && this.say(this.ask())) {
      this.asked = true;
      this.timer = setTimeout(() => this.silent(), 15_000);
    } else {
      this.lost();
    }
  }

  lost() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    clearTimeout(this.timer);
    clearTimeout(this.again);
    if (this.over) return;
    this.changed("broken");
    this.again = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 1.7, LONGEST);
  }

  /** Try now: the machine has woken up, or somebody looks. */
  hurry() {
    if (this.over) return;
    if (!this.socket) {
      clearTimeout(this.again);
      this.open();
    } else if (this.ask && this.socket.readyState === WebSocket.OPEN && !this.asked) {
      clearTimeout(this.timer);
      this.asked = this.say(this.ask());
      this.timer = setTimeout(() => this.lost(), 5_000);
    }
  }
}
