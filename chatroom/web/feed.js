// What happens, newest last: rows that are added many at a time, filtered, and dropped again when there are too many.

import { about, roomsOf, sentence, speech } from "./entries.js";
import { element, time, visible } from "./shown.js";

const MOST = 3000;
const NEAR = 40;

/** Be a list of what happens. */
export class Feed {
  constructor(list, { more = null } = {}) {
    this.list = list;
    this.more = more;
    this.waiting = [];
    this.paused = false;
    this.room = "";
    this.kinds = null;
    this.drawing = false;
    this.following = true;
    this.top = 0;
    list.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  /** Add an entry. */
  add(entry) {
    if (entry.is === "removed") this.remove(entry.ids);
    this.put({ entry });
  }

  /** Take away what was removed, here and where it waits. */
  remove(ids) {
    this.waiting = this.waiting.filter(({ entry }) => !entry || !ids.includes(entry.id));
    for (const row of this.list.querySelectorAll("[data-id]")) {
      if (ids.includes(row.dataset.id)) row.querySelector(".what").textContent = "A message was removed.";
    }
  }

  /** Add a line of the page's own. */
  note(text) {
    this.put({ text });
  }

  put(row) {
    this.waiting.push(row);
    if (this.waiting.length > MOST) this.waiting.shift();
    if (this.paused) this.more?.(this.waiting.length);
    else this.schedule();
  }

  /** Show nothing more until it goes on; what comes by then is shown then. */
  pause(on) {
    this.paused = on;
    if (!on) this.schedule();
  }

  /** Show these kinds alone, of one room or of all. */
  filter(room, kinds) {
    this.room = room;
    this.kinds = kinds;
    for (const row of this.list.children) row.hidden = !this.fits(row.dataset);
    this.follow();
  }

  /** Forget everything. */
  clear() {
    this.waiting = [];
    this.list.replaceChildren();
  }

  /** Go to the newest and stay there. */
  follow() {
    this.following = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.more?.(0);
  }

  schedule() {
    if (this.drawing) return;
    this.drawing = true;
    const draw = () => {
      this.drawing = false;
      if (!this.paused) this.draw();
    };
    if (document.hidden) setTimeout(draw, 250);
    else requestAnimationFrame(draw);
  }

  draw() {
    const rows = this.waiting.splice(0).map((row) => this.row(row));
    this.list.append(...rows);
    const excess = this.list.childElementCount - MOST;
    for (let count = 0; count < excess; count += 1) this.list.firstElementChild.remove();
    if (this.following) this.follow();
    else this.more?.(rows.length);
  }

  row({ entry, text }) {
    if (!entry) return element("li", { class: "note" }, text);
    const rooms = roomsOf(entry);
    const made = element("li", { class: `row about-${about(entry)}`, "data-id": entry.id, "data-about": about(entry), "data-rooms": ` ${rooms.join(" ")} ` });
    const shown = entry.is === "said" ? speech(entry) : [element("span", { class: "happening" }, ...sentence(entry))];
    made.append(time(entry.at, { seconds: true }), element("span", { class: "where" }, visible(rooms.join(", "))), element("span", { class: "what" }, ...shown));
    made.hidden = !this.fits(made.dataset);
    return made;
  }

  fits({ about: kind, rooms }) {
    if (kind === undefined) return true;
    return (!this.kinds || this.kinds.has(kind)) && (!this.room || rooms.includes(` ${this.room} `));
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    if (near || scrollTop < this.top) this.following = near;
    this.top = scrollTop;
    if (near && !this.paused) this.more?.(0);
  }
}
