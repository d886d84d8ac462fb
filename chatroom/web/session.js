// Somebody in the house: says who they are, keeps what was asked until it is answered, and comes back without a gap or a repeat.

import { Link } from "./link.js";

const KEPT = "chatroom-session";
const MOST_KEPT = 50;
const LATER = ["busy", "unconfirmed", "logins-busy", "shutting-down", "house-full", "entering-too-often"];

/** Give the key that stands in what was typed to join a room. */
function keyIn(asked) {
  return /^\/join\s+\S+\s+(\S.*?)\s*$/i.exec(asked?.text ?? "")?.[1];
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Read what this window remembers of an earlier page. */
export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

/** Be one person's session; `on` is told what comes of it. */
export class Session {
  constructor(on, { name, password = "", invitation = "" }) {
    const before = remembered();
    const mine = before.name === name ? before : {};
    Object.assign(this, { on, name, password, invitation });
    this.key = mine.key ?? random();
    this.count = mine.count ?? 0;
    this.waiting = new Map((mine.waiting ?? []).map((request) => [request.id, { request }]));
    this.rooms = new Map();
    this.keys = new Map(mine.keys ?? []);
    this.inbox = null;
    this.marked = new Map();
    this.wanted = new Set(mine.rooms ?? []);
    this.limits = {};
    this.welcomed = false;
    this.link = new Link({
      opened: () => this.hello(),
      heard: (said) => this.heard(said),
      changed: (state) => on.state(state),
      silence: 30_000,
      ask: () => ({ do: "ping", id: "alive" }),
    });
  }

  open() {
    this.link.open();
  }

  /** Leave for good. */
  leave() {
    this.link.say({ do: "quit" });
    this.link.close();
    this.forget();
  }

  /** Go on no more, but remember who this was. */
  stop() {
    this.link.close();
  }

  forget() {
    try {
      sessionStorage.removeItem(KEPT);
    } catch {
      // Then there was nothing.
    }
  }

  /** Ask for something; it is asked again under the same id until it is answered. */
  ask(asked, filling = false) {
    this.count += 1;
    const request = { id: `w${this.count}`, ...asked };
    this.waiting.set(request.id, { request, filling });
    this.keep();
    if (this.welcomed) this.link.say(request);
    return request.id;
  }

  keep() {
    const { name, key, count } = this;
    const keys = [...this.keys];
    const spoken = [...this.waiting.values()].map(({ request }) => request).filter((one) => ["say", "tell"].includes(one.do));
    const waiting = spoken.slice(-MOST_KEPT);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ name, key, count, waiting, keys, rooms: [...this.wanted] }));
    } catch {
      // Then a reload of the page begins anew.
    }
  }

  hello() {
    const { name, key, password } = this;
    const hello = { do: "hello", id: "hello", name, key, client: "browser", echo: true, marks: true };
    if (password) hello.password = password;
    if (this.welcomed) hello.resume = Object.fromEntries([...this.rooms].map(([room, known]) => [room, [known.epoch, known.seq]]));
    if (this.welcomed && this.inbox) hello.resume["@"] = this.inbox;
    if (this.keys.size) hello.keys = Object.fromEntries(this.keys);
    if (this.welcomed || this.wanted.size) hello.rooms = [...this.wanted].filter((room) => !this.rooms.has(room));
    this.link.say(hello);
  }

  heard(said) {
    if (said.re === "alive") return;
    if (said.re === "hello") this.greeted(said);
    else if (said.re === "choose") this.chose(said);
    else if (said.is === "entered" && said.ok) this.entered(said);
    else if ("re" in said && said.re !== null) this.answered(said);
    else if (said.is === "exited") this.exited(said.room);
    else if (said.is === "bye") this.bye(said);
    else if (said.is === "missed") this.skipped(said);
    else if (said.is === "marked") this.on.marked(said);
    else if (said.is === "notice") this.on.notice(said);
    else if (said.is === "who" && said.room) this.on.people(said.room, said.people.map((one) => one.name));
    else if (said.ok === false) this.on.refused(said, {});
    else if (said.at) this.entry(said);
  }

  greeted(said) {
    if (!said.ok) {
      if (this.welcomed && LATER.includes(said.error)) {
        this.link.lost();
        return;
      }
      this.link.close();
      this.on.denied(said);
      return;
    }
    this.name = said.you;
    this.limits = said.limits;
    this.inbox = said.inbox ?? null;
    this.welcomed = true;
    this.link.settled();
    this.keep();
    this.on.welcome(said);
    for (const { request } of this.waiting.values()) this.link.say(request);
  }

  /** Choose a password, as the code of an invitation asks for, and come in with it. */
  choose(password) {
    this.chosen = password;
    this.invited = new Link({
      opened: () => this.invited.say({ do: "hello", id: "invited", name: this.name, password: this.password }),
      heard: (said) => {
        if (said.re === "invited") this.invited.say({ do: "choose", id: "choose", password });
        else if (said.re === "choose") this.chose(said);
      },
      changed: () => {},
    });
    this.invited.open();
  }

  chose(said) {
    this.invited.close();
    if (!said.ok) {
      this.on.denied({ ...said, choosing: true });
      return;
    }
    this.password = this.chosen;
    this.link.over = false;
    this.link.open();
  }

  entered(said) {
    const key = keyIn(this.waiting.get(said.re)?.request);
    if (key) this.keys.set(said.room, key);
    this.answered(said);
    const known = this.rooms.get(said.room);
    this.wanted.add(said.room);
    if (!("recent" in said)) {
      this.on.entered(said, false);
      return;
    }
    const goesOn = said.resumed && known?.epoch === said.epoch;
    if (goesOn && said.missed) this.on.skipped(said.room, said.missed);
    const seq = goesOn ? known.seq + said.missed : said.seq;
    this.rooms.set(said.room, { epoch: said.epoch, seq, held: [], filling: false });
    this.keep();
    this.on.entered(said, goesOn);
  }

  /** Go on after entries that were too many to be sent: they are there to be read back. */
  skipped({ room, after, count }) {
    const known = this.rooms.get(room);
    if (!known) return;
    known.seq = Math.max(known.seq, after + count);
    this.on.skipped(room, count);
  }

  exited(room) {
    this.rooms.delete(room);
    this.wanted.delete(room);
    this.keys.delete(room);
    this.keep();
    this.on.exited(room);
  }

  answered(said) {
    const asked = this.waiting.get(said.re);
    if (!asked) return;
    const { request, filling } = asked;
    if (said.ok === false && ["busy", "unconfirmed"].includes(said.error)) {
      setTimeout(() => this.waiting.has(request.id) && this.link.say(request), 2000);
      return;
    }
    this.waiting.delete(said.re);
    this.keep();
    if (said.is === "exited") this.exited(said.room);
    else if (said.is === "nick") this.renamed(said.you);
    if (filling) this.filled(request.room, said);
    else if (said.ok) this.on.answered(said, request);
    else this.on.refused(said, request);
  }

  renamed(name) {
    this.name = name;
    this.keep();
  }

  bye(said) {
    if (!said.why) return;
    this.link.close();
    this.on.bye(said.why);
  }

  /** Take an entry at its place: what came already is passed over, and what is further on waits for what is between. */
  entry(entry) {
    const known = entry.room === undefined ? null : this.rooms.get(entry.room);
    if (entry.is === "renamed" && entry.by === this.name) this.renamed(entry.new);
    if (entry.is === "told" && this.inbox && entry.seq > this.inbox[1]) this.inbox = [this.inbox[0], entry.seq];
    if (!known || entry.seq === undefined) {
      this.on.entry(entry);
      return;
    }
    if (entry.seq <= known.seq) return;
    if (known.filling || entry.seq > known.seq + 1) {
      known.held.push(entry);
      if (!known.filling) this.fill(entry.room, known);
      return;
    }
    known.seq = entry.seq;
    this.on.entry(entry);
  }

  fill(room, known) {
    known.filling = true;
    this.ask({ do: "history", room, after: known.seq, count: this.limits.page ?? 100 }, true);
  }

  filled(room, said) {
    const known = this.rooms.get(room);
    if (!known) return;
    known.filling = false;
    const held = known.held.splice(0);
    const found = said.ok ? said.entries : [];
    for (const entry of [...found, ...held].sort((one, other) => one.seq - other.seq)) {
      if (entry.seq <= known.seq) continue;
      if (entry.seq > known.seq + 1 && said.more) {
        known.held.push(entry);
        continue;
      }
      known.seq = entry.seq;
      this.on.entry(entry);
    }
    if (known.held.length) this.fill(room, known);
  }
}
