// The monitor: what happens in the house, who is there, and how it is doing, as it happens.

import { Feed } from "./feed.js";
import { Observer } from "./observer.js";
import { Plots } from "./plots.js";
import { element, name, visible, words } from "./shown.js";
import "./theme.js";

const NAMED = 40;
const STATES = { connecting: "Connecting …", open: "Live", broken: "Connection lost; trying again …" };
const at = (id) => document.getElementById(id);

const plots = new Plots();
const newest = at("newest");
let behind = 0;

const feed = new Feed(at("feed"), {
  more(count) {
    behind = count ? (feed.paused ? count : behind + count) : 0;
    newest.hidden = !behind;
    newest.textContent = feed.paused ? `${behind} new` : `Show the newest (${behind})`;
  },
});

newest.addEventListener("click", () => {
  if (feed.paused) pause(false);
  feed.follow();
});

function pause(on) {
  feed.pause(on);
  at("pause").setAttribute("aria-pressed", String(on));
  at("pause").textContent = on ? "Go on" : "Pause";
  if (!on) feed.follow();
}

at("pause").addEventListener("click", () => pause(!feed.paused));

function filter() {
  feed.filter(at("room").value, new Set([...at("kinds").querySelectorAll("input:checked")].map((box) => box.value)));
}

at("room").addEventListener("change", filter);
at("kinds").addEventListener("change", filter);

function showRooms(rooms) {
  const sorted = [...rooms].sort(([a, one], [b, other]) => other.present - one.present || a.localeCompare(b));
  at("rooms").replaceChildren(...sorted.map(([room, known]) => roomCard(room, known)));
  const chosen = at("room").value;
  const names = sorted.map(([room]) => room).sort();
  if (chosen && !names.includes(chosen)) names.push(chosen);
  at("room").replaceChildren(
    element("option", { value: "" }, "all rooms"),
    ...names.map((room) => element("option", { value: room, selected: room === chosen }, visible(room))),
  );
}

function roomCard(room, { topic, present, people }) {
  const names = [...people].slice(0, NAMED);
  const list = element("p", { class: "people" });
  names.forEach((one, index) => list.append(...(index ? [", "] : []), name(one)));
  if (present > names.length) list.append(` and ${present - names.length} more`);
  return element(
    "li",
    {},
    element("h3", {}, element("bdi", {}, visible(room)), element("span", { class: "count", title: "people there" }, String(present))),
    ...(topic ? [element("p", { class: "topic" }, words(topic))] : []),
    ...(present ? [list] : []),
  );
}

let timer = null;
let latest = null;

/** Draw the rooms a few times a second at most, however many people come and go. */
function rooms(known) {
  latest = known;
  timer ??= setTimeout(() => {
    timer = null;
    showRooms(latest);
  }, 200);
}

const on = {
  state(state) {
    at("state").textContent = STATES[state];
    at("state").dataset.state = state;
  },
  opened(said) {
    at("house").textContent = visible(said.house);
    document.title = `${visible(said.house)} – monitor`;
    at("locked").hidden = true;
    at("empty").hidden = true;
    at("feed").hidden = false;
    showRooms(observer.rooms);
  },
  entry: (entry) => feed.add(entry),
  note: (text) => feed.note(text),
  figures: (samples) => plots.take(samples),
  rooms,
  denied(said) {
    at("state").textContent = "Closed";
    at("state").dataset.state = "broken";
    at("empty").hidden = true;
    at("feed").hidden = true;
    at("locked").hidden = false;
    const login = ["monitor-for-members", "password-needed", "wrong-password", "too-many-attempts", "logins-busy"].includes(said.error);
    at("login").hidden = !login;
    at("why").textContent = said.error === "monitor-for-members" ? "The monitor of this house is for members." : login ? "" : said.why;
    at("login").querySelector(".error").textContent = said.re === "hello" ? said.why : "";
    at("login").elements.password.value = "";
    (login ? at("login").elements[at("login").elements.name.value ? "password" : "name"] : at("why")).focus();
  },
};

let observer = new Observer(on);
observer.open();

at("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const { name: who, password } = event.target.elements;
  observer = new Observer(on, { name: who.value.trim(), password: password.value });
  observer.open();
});
