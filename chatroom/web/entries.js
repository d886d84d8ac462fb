// What happened, as a sentence: the one place that knows how each kind of entry reads.

import { element, name, visible, words } from "./shown.js";

/** The kinds of entries, by what they are about. */
export const ABOUT = {
  said: ["said"],
  people: ["joined", "left", "quit", "renamed", "away"],
  rooms: ["opened", "topic", "set", "role", "closed", "invited"],
  order: ["kicked", "ejected", "banned", "unbanned", "muted", "unmuted", "removed", "erased"],
  private: ["whispered"],
};

const OF = Object.fromEntries(Object.entries(ABOUT).flatMap(([about, kinds]) => kinds.map((kind) => [kind, about])));

/** Tell what an entry is about. */
export function about(entry) {
  return OF[entry.is] ?? "rooms";
}

/** Name the rooms an entry stands in. */
export function roomsOf(entry) {
  return entry.rooms ?? (entry.room === undefined ? [] : [entry.room]);
}

const because = (entry) => (entry.reason ? [` (${visible(entry.reason)})`] : []);
const lasting = (seconds) => (seconds ? ` for ${span(seconds)}` : "");

const SENTENCES = {
  joined: (entry) => [name(entry.by), " came in"],
  left: (entry) => [name(entry.by), " left", ...because(entry)],
  quit: (entry) => [name(entry.by), " has gone", ...because(entry)],
  renamed: (entry) => [name(entry.by), " is now called ", name(entry.new)],
  away: (entry) => (entry.message ? [name(entry.by), ` is away: ${visible(entry.message)}`] : [name(entry.by), " is back"]),
  opened: (entry) => [name(entry.by), " opened the room"],
  topic: (entry) =>
    entry.topic ? [name(entry.by), " set the topic: ", element("q", {}, words(entry.topic))] : [name(entry.by), " cleared the topic"],
  set: (entry) => [name(entry.by), ` set ${visible(entry.setting)} to ${visible(entry.value)}`],
  role: (entry) => [name(entry.by), entry.on ? " made " : " no longer has ", name(entry.who), ` as ${visible(entry.role)}`],
  closed: (entry) => [name(entry.by), " closed the room", ...because(entry)],
  invited: (entry) => [name(entry.by), " invited ", name(entry.to), ` to ${visible(entry.room)}`],
  kicked: (entry) => [name(entry.who), " was put out by ", name(entry.by), ...because(entry)],
  ejected: (entry) => [name(entry.who), " was put out of the room by ", name(entry.by), ...because(entry)],
  banned: (entry) => [name(entry.by), " banned ", name(entry.who), lasting(entry.seconds), ...because(entry)],
  unbanned: (entry) => [name(entry.by), " lifted the ban of ", name(entry.who)],
  muted: (entry) => [name(entry.by), " muted ", name(entry.who), lasting(entry.seconds), ...because(entry)],
  unmuted: (entry) => [name(entry.by), " lets ", name(entry.who), " speak again"],
  removed: (entry) => [name(entry.by), " removed a message", ...because(entry)],
  erased: () => ["A message was removed."],
  whispered: (entry) => [name(entry.by), " → ", name(entry.to), " (private)"],
};

/** Show an entry as a sentence; words in a room are shown as such by whoever calls this. */
export function sentence(entry) {
  return (SENTENCES[entry.is] ?? (() => [name(entry.by ?? ""), ` ${visible(entry.is)}`]))(entry);
}

/** Show words: who said them, and what. */
export function speech(entry, names = []) {
  if (entry.manner === "act") return [element("span", { class: "act" }, "* ", name(entry.by), " ", words(entry.text, names))];
  return [name(entry.by), element("span", { class: `text${entry.manner === "notice" ? " notice" : ""}` }, words(entry.text, names))];
}

/** Write a number of seconds as a person would. */
export function span(seconds) {
  for (const [size, unit] of [[86400, "day"], [3600, "hour"], [60, "minute"]]) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? "" : "s"}`;
  }
  return `${seconds} seconds`;
}
