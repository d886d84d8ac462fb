// What an observer knows of the house: its rooms, who is there, and how far each room has been seen, so that a break leaves no gap.

import { Link } from "./link.js";
import { roomsOf } from "./entries.js";

/** Watch the house; `on` is told of entries, rooms, figures, notes and states, `on.denied` why it may not. */
export class Observer {
  constructor(on, hello = null) {
    this.on = on;
    this.hello = hello;
    this.epoch = null;
    this.seen = new Map();
    this.rooms = new Map();
    this.link = new Link({ opened: () => this.begin(), heard: (said) => this.heard(said), changed: (state) => on.state(state) });
  }

  open() {
    this.link.open();
  }

  close() {
    this.link.close();
  }

  begin() {
    if (this.hello) this.link.say({ do: "hello", id: "hello", rooms: [], bot: true, client: "monitor", ...this.hello });
    const resume = Object.fromEntries([...this.seen].map(([room, seq]) => [room, [this.epoch, seq]]));
    this.link.say({ do: "monitor", id: "monitor", ...(this.epoch ? { resume } : {}) });
  }

  heard(said) {
    if (said.re === "hello" && !said.ok) this.deny(said);
    else if (said.re === "monitor") said.ok ? this.opened(said) : this.deny(said);
    else if (said.is === "figures") this.on.figures(said.figures);
    else if (said.is === "bye" && said.why && this.hello) this.deny(said);
    else if (said.is === "missed") this.on.note(`${said.count} entries of ${said.room} were left out here.`);
    else if (said.at) this.entry(said);
  }

  deny(said) {
    this.link.close();
    this.on.denied(said);
  }

  opened(said) {
    if (this.epoch && this.epoch !== said.epoch) {
      this.seen.clear();
      this.on.note("The house has begun anew.");
    }
    this.epoch = said.epoch;
    this.rooms = new Map(said.rooms.map((room) => [room.room, { topic: room.topic, present: room.present, people: new Set(room.people) }]));
    for (const entry of said.recent) this.entry(entry, false);
    for (const room of said.rooms) {
      if (room.missed) this.on.note(`${room.missed} entries of ${room.room} were left out here.`);
      if (!this.seen.has(room.room)) this.seen.set(room.room, room.seq);
    }
    this.link.settled();
    this.on.opened(said);
    this.on.rooms(this.rooms);
  }

  entry(entry, live = true) {
    if (entry.seq !== undefined) {
      if (entry.seq <= (this.seen.get(entry.room) ?? 0)) return;
      this.seen.set(entry.room, entry.seq);
    }
    this.on.entry(entry);
    if (live && this.changes(entry)) this.on.rooms(this.rooms);
  }

  /** Keep what is known of rooms up to date; tell whether that changed. */
  changes(entry) {
    if (entry.is === "said" || entry.is === "whispered") return false;
    for (const room of roomsOf(entry)) {
      if (entry.is === "closed") {
        this.rooms.delete(room);
        this.seen.delete(room);
        continue;
      }
      const known = this.rooms.get(room) ?? { topic: "", present: 0, people: new Set() };
      this.rooms.set(room, known);
      if (entry.is === "topic") known.topic = entry.topic;
      if (entry.is === "joined") known.people.add(entry.by);
      if (["left", "quit"].includes(entry.is)) known.people.delete(entry.by);
      if (["kicked", "ejected"].includes(entry.is)) known.people.delete(entry.who);
      if (entry.is === "renamed" && known.people.delete(entry.by)) known.people.add(entry.new);
      if (entry.present !== undefined) known.present = typeof entry.present === "object" ? (entry.present[room] ?? known.present) : entry.present;
    }
    return true;
  }
}
