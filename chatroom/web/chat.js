// The chat: who one is, the conversations one is in, and what is shown of them.

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Entrance } from "./entrance.js";
import { Notifier } from "./notifier.js";
import { Rooms } from "./rooms.js";
import { Session } from "./session.js";
import { element, mentions, name, visible, words } from "./shown.js";
import { Side } from "./side.js";
import { roomsOf } from "./entries.js";
import "./theme.js";

const STATES = { out: "Not joined yet", connecting: "Connecting …", open: "Connected", broken: "Connection lost; trying again …" };
const SEEN_AFTER = 2000;
const at = (id) => document.getElementById(id);

let session = null;
let house = "chatroom";
let active = null;
let commands = [];
const conversations = new Map();
const pending = new Map();

const self = () => session?.name ?? "";
const roomKey = (room) => `#${room}`;
const personKey = (who) => `@${who.toLowerCase()}`;
const looking = (conversation) => conversation === active && !document.hidden && document.hasFocus() && conversation.following;

// -- conversations

function conversation(key, title, person) {
  let found = conversations.get(key);
  if (!found) {
    const place = () => (person ? { with: found.title } : { room: title });
    const history = (before) => session.ask({ do: "history", ...place(), before: before ?? undefined, count: 50 });
    found = new Conversation(title, { person, self, history });
    found.key = key;
    conversations.set(key, found);
    if (person) found.load();
    if (!active) turn(found);
    side.show();
  }
  return found;
}

const inRoom = (room) => conversation(roomKey(room), room, false);
const withPerson = (who) => conversation(personKey(who), who, true);

function turn(next) {
  if (active) active.list.querySelector(".new")?.remove();
  active = next;
  const scroller = at("rows");
  scroller.replaceChildren(next.list);
  next.following = true;
  next.settle();
  read(next);
  composer.turn(next.key, next.person ? `Message to ${visible(next.title)} alone` : `Message to ${visible(next.title)}`);
  composer.focus();
  side.close();
  heading();
  side.show();
  showPending();
}

function heading() {
  if (!active) return;
  at("title").textContent = visible(active.title);
  at("topic").replaceChildren(active.person ? "Only the two of you see this." : words(active.topic));
  at("part").textContent = active.person ? "Close" : "Leave room";
  title();
}

function title() {
  const unread = [...conversations.values()].reduce((sum, one) => sum + one.unread, 0);
  document.title = `${unread ? `(${unread}) ` : ""}${active ? `${visible(active.title)} – ` : ""}${visible(house)}`;
}

function read(one) {
  const before = one.unread;
  one.unread = 0;
  one.mentioned = false;
  at("newest").hidden = true;
  if (before) side.show();
  title();
  clearTimeout(read.timer);
  read.timer = setTimeout(() => seen(one), SEEN_AFTER);
}

/** Forget what is unread of what somebody has read on another device. */
function readElsewhere(one, upto) {
  if (!one?.unread || one.latest?.at > upto) return;
  one.unread = 0;
  one.mentioned = false;
  side.show();
  title();
}

/** Let the house know up to where somebody has read, so that other devices know. */
function seen(one) {
  const room = one.person ? "@" : one.title;
  const waits = one.person && [...conversations.values()].some((other) => other.person && other.unread);
  const seq = one.person ? session?.inbox?.[1] : session?.rooms.get(room)?.seq;
  if (seq && seq !== session.marked.get(room) && !waits && looking(one)) {
    session.marked.set(room, seq);
    session.link.say({ do: "seen", room, seq });
  }
}

function add(one, entry) {
  const spoken = entry.is === "said" || entry.is === "told";
  const others = spoken && entry.by !== self();
  const unread = others && !looking(one);
  one.add(entry, { unread });
  if (one === active) one.settle();
  if (!unread) {
    if (one === active && looking(one)) read(one);
    return;
  }
  const mentioned = one.person || mentions(entry.text, self());
  one.mentioned ||= mentioned;
  if (one === active) at("newest").hidden = one.following;
  if (mentioned) notifier.tell(one, entry, () => turn(one));
  side.show();
  title();
}

// -- what the house says

const on = {
  state(state) {
    at("state").textContent = STATES[state];
    at("state").dataset.state = state;
  },
  welcome(said) {
    house = said.house;
    at("house").textContent = visible(house);
    entrance.hide();
    at("room").hidden = false;
    at("leave").hidden = at("drawer").hidden = false;
    notifier.offer();
    if (!commands.length) session.ask({ do: "help" });
    if (said.welcome && !said.resumed) on.greeting = said.welcome;
  },
  denied(said) {
    on.state("out");
    entrance.denied(said);
    at("room").hidden = at("leave").hidden = at("drawer").hidden = at("bell").hidden = true;
  },
  entered(said, goesOn) {
    const one = inRoom(said.room);
    one.topic = said.topic;
    one.people = new Set(said.people);
    if (!goesOn && said.recent) begin(one, said);
    if (on.greeting) one.note(on.greeting, "answer");
    on.greeting = null;
    if (said.re) turn(one);
    one.settle();
    heading();
    side.show();
  },
  exited(room) {
    drop(roomKey(room));
  },
  entry(entry) {
    if (entry.is === "removed") conversations.forEach((one) => one.remove(entry.ids));
    if (entry.is === "told") return void add(withPerson(entry.by === self() ? entry.to : entry.by), entry);
    if (entry.is === "invited") return void invited(entry);
    for (const room of roomsOf(entry)) {
      const one = conversations.get(roomKey(room));
      if (!one) continue;
      changes(one, entry);
      if (entry.is !== "removed") add(one, entry);
    }
    if (entry.is === "renamed") rename(entry);
    if (entry.is !== "said") side.show();
  },
  marked(said) {
    readElsewhere(conversations.get(said.with === undefined ? roomKey(said.room) : personKey(said.with)), said.upto);
  },
  answered(said, asked) {
    settled(asked.id);
    if (said.is === "page" && said.with !== undefined) withPerson(said.with).prepend(said.entries, said.more, said.before, awaited(asked));
    else if (said.is === "page") inRoom(said.room).prepend(said.entries, said.more, undefined, awaited(asked));
    else if (said.is === "help" && said.commands && !commands.length) learn(said.commands);
    else if (said.is === "rooms" && asked.do === "rooms") rooms.list(said.rooms);
    else if (said.lines?.length) (active ?? inRoom("lobby")).note(said.lines.join("\n"), "answer");
    active?.settle();
  },
  refused(said, asked) {
    const place = settled(asked.id);
    if (asked.do === "history") {
      const one = conversations.get(asked.with === undefined ? roomKey(asked.room) : personKey(asked.with));
      if (one?.loading === asked.id) one.loading = null;
      return;
    }
    if (place) composer.restore(place, asked.text);
    active?.note(said.why, "refusal");
    active?.settle();
  },
  people(room, names) {
    const one = conversations.get(roomKey(room));
    if (one) one.people = new Set(names);
    side.show();
  },
  skipped(room, count) {
    const one = conversations.get(roomKey(room));
    one?.clear();
    one?.skip(count);
  },
  notice(said) {
    // The last words of the connection say the same, and follow.
    if (said.code === "replaced") return;
    active?.note(said.text);
    active?.settle();
  },
  bye(why) {
    at("state").textContent = "Not connected";
    at("state").dataset.state = "broken";
    active?.note(`${why} `, "refusal");
    const again = element("button", { type: "button", class: "small" }, "Connect again");
    again.addEventListener("click", () => {
      again.remove();
      session.link.over = false;
      session.open();
    });
    active?.list.lastElementChild.append(again);
    active?.settle();
  },
};

/** Name the request that a conversation may wait for; what somebody typed by hand none does. */
const awaited = (asked) => (asked.do === "history" ? asked.id : undefined);

function begin(one, said) {
  one.clear();
  if (said.missed) one.skip(said.missed);
  for (const entry of said.recent) {
    if (said.since !== undefined && one.latest && one.latest.seq <= said.since && entry.seq > said.since) one.mark("What you missed");
    one.add(entry);
  }
  one.whole = said.seq === 0 || said.recent[0]?.seq === 1;
  one.oldest = said.recent[0]?.seq ?? said.seq + 1;
}

function changes(one, entry) {
  if (entry.is === "topic") one.topic = entry.topic;
  if (entry.is === "joined") one.people.add(entry.by);
  if (["left", "quit"].includes(entry.is)) one.people.delete(entry.by);
  if (["kicked", "ejected"].includes(entry.is)) one.people.delete(entry.who);
  if (entry.is === "renamed" && one.people.delete(entry.by)) one.people.add(entry.new);
  if (one === active && entry.is === "topic") heading();
}

function rename(entry) {
  const one = conversations.get(personKey(entry.by));
  if (!one || conversations.has(personKey(entry.new))) return;
  conversations.delete(one.key);
  one.key = personKey(entry.new);
  one.title = entry.new;
  conversations.set(one.key, one);
  one.add(entry);
  if (one === active) turn(one);
}

function invited(entry) {
  const join = element("button", { type: "button", class: "small" }, "Join");
  join.addEventListener("click", () => session.ask({ do: "join", room: entry.room }));
  active?.note(`${visible(entry.by)} invites you to ${visible(entry.room)}. `);
  active?.list.lastElementChild.append(join);
  active?.settle();
}

function drop(key) {
  const one = conversations.get(key);
  conversations.delete(key);
  if (one === active) {
    active = null;
    const next = conversations.values().next().value;
    if (next) turn(next);
    else {
      at("rows").replaceChildren();
      at("title").textContent = "You are in no room";
      at("topic").textContent = "Join one from the list.";
    }
  }
  side.show();
}

// -- what one says

function say(text) {
  if (!session || !active) return false;
  const spoken = !text.startsWith("/");
  const to = active.person ? { do: "tell", to: active.title, text } : { do: "say", room: active.title, text };
  const room = active.person ? {} : { room: active.title };
  const id = session.ask(spoken ? to : { do: "line", text, ...room });
  if (spoken) {
    pending.set(id, { key: active.key, text });
    setTimeout(showPending, 150);
  }
  active.following = true;
  active.settle();
  return true;
}

/** Take what was answered from what is being sent; give the conversation it was said in. */
function settled(id) {
  const place = pending.get(id)?.key;
  if (pending.delete(id)) showPending();
  return place;
}

function showPending() {
  const mine = [...pending.values()].filter(({ key }) => key === active?.key);
  at("pending").replaceChildren(...mine.map(({ text }) => element("li", {}, `${visible(text.split("\n")[0])} …`)));
}

function learn(listed) {
  commands = listed.map(({ verb, usage, summary }) => ({ word: `/${verb}`, label: visible(usage), insert: `/${verb} `, more: visible(summary) }));
}

function completions(kind) {
  if (kind === "commands") return commands;
  return [...(active?.people ?? [])].filter((one) => one !== self()).sort((one, other) => one.localeCompare(other));
}

// -- the page

const composer = new Composer(at("compose"), { send: say, words: completions });
const notifier = new Notifier(at("bell"));
const side = new Side({ conversations, active: () => active, self, turn, talk: (who) => turn(withPerson(who)) });
const rooms = new Rooms({ ask: () => session.ask({ do: "rooms" }), join: (room) => session.ask({ do: "join", room }), joined: (room) => conversations.has(roomKey(room)) });

const entrance = new Entrance({
  house(said) {
    house = said;
    at("house").textContent = visible(said);
    title();
  },
  join(who) {
    if (session && who.fresh) return void session.choose(who.fresh);
    session?.stop();
    conversations.clear();
    active = null;
    session = new Session(on, who);
    session.open();
  },
});

at("rows").addEventListener("scroll", () => {
  active?.scrolled(at("rows"));
  if (active && looking(active)) read(active);
}, { passive: true });
at("newest").addEventListener("click", () => {
  active.following = true;
  active.settle();
  read(active);
});
at("part").addEventListener("click", () => (active?.person ? drop(active.key) : active && session.ask({ do: "leave", room: active.title })));
at("leave").addEventListener("click", () => {
  session.leave();
  location.reload();
});
addEventListener("focus", () => active && looking(active) && read(active));
document.addEventListener("visibilitychange", () => active && looking(active) && read(active));
new ResizeObserver(() => active?.settle()).observe(at("rows"));
addEventListener("keydown", (event) => {
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key) && active) {
    const all = [...conversations.values()];
    turn(all[(all.indexOf(active) + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    event.preventDefault();
  }
});
on.state("out");
entrance.open();
