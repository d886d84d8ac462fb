// One conversation, in a room or between two: its rows in order, older ones as one scrolls up, and where the unread ones begin.

import { sentence, speech } from "./entries.js";
import { day, element, name, time, visible, words } from "./shown.js";

const MOST = 2000;
const GROUPED = 5 * 60_000;
const NEAR = 60;
const EARLY = 200;

/** Be a conversation; `self` tells what one is called now. */
export class Conversation {
  constructor(title, { person = false, self, history = null }) {
    Object.assign(this, { title, person, self, history });
    this.list = element("ol", { class: "rows" });
    this.people = new Set();
    this.topic = "";
    this.unread = 0;
    this.mentioned = false;
    this.oldest = null;
    this.whole = false;
    this.loading = null;
    this.following = true;
    this.settling = false;
    this.top = 0;
    this.latest = null;
    this.today = "";
  }

  /** Add the newest entry. */
  add(entry, { unread = false } = {}) {
    if (unread && !this.unread) this.mark();
    if (unread) this.unread += 1;
    if (this.oldest === null && entry.seq !== undefined) this.oldest = entry.seq;
    this.put(entry);
    while (this.list.childElementCount > MOST && this.following) {
      this.list.firstElementChild.remove();
      this.whole = false;
      this.oldest = Number(this.list.querySelector("[data-seq]")?.dataset.seq) || this.oldest;
    }
  }

  put(entry) {
    const before = this.latest;
    if (this.today !== day(entry.at)) {
      this.today = day(entry.at);
      this.list.append(heading(this.today));
    }
    this.list.append(this.row(entry, before));
    this.latest = entry;
  }

  /** Add a line of the page's own. */
  note(text, kind = "note") {
    const lines = text.split("\n").map(visible);
    const shown = lines.length > 1 ? [element("pre", {}, lines.join("\n"))] : [lines[0]];
    this.list.append(element("li", { class: kind }, ...shown));
    this.latest = null;
  }

  /** Tell that there is more above what follows. */
  skip(count) {
    this.note(`${count} earlier messages are not shown: scroll up for them.`, "note gap");
  }

  /** Mark where what is new begins. */
  mark(text = "New") {
    this.list.querySelector(".new")?.remove();
    this.list.append(element("li", { class: "new" }, element("span", {}, text)));
    this.latest = null;
  }

  /** Ask for what was said before all that stands here. */
  load() {
    if (this.whole || this.loading || !this.history) return;
    this.loading = this.history(this.oldest);
  }

  /** Add what was said before all that stands here, if `asked` still matters; `on` is where to go on, if not before the first of it. */
  prepend(found, more, on = found[0]?.seq, asked = this.loading) {
    if (asked !== this.loading) return;
    this.loading = null;
    this.whole = !more;
    this.list.querySelector(".gap")?.remove();
    const entries = found.filter((entry) => !this.list.querySelector(`[data-id="${CSS.escape(entry.id)}"]`));
    const height = this.list.scrollHeight;
    const rows = [];
    let before = null;
    for (const entry of entries) {
      if (!before || day(before.at) !== day(entry.at)) rows.push(heading(day(entry.at)));
      rows.push(this.row(entry, before));
      before = entry;
    }
    const first = this.list.querySelector(".day");
    if (before && first?.textContent === day(before.at)) first.remove();
    if (on !== undefined) this.oldest = Math.min(on, this.oldest ?? on);
    this.list.prepend(...rows);
    this.scroller().scrollTop += this.list.scrollHeight - height;
    if (!found.length) this.load();
  }

  scroller() {
    return this.list.parentElement ?? this.list;
  }

  /** Take away what was removed. */
  remove(ids) {
    for (const row of this.list.querySelectorAll("[data-id]")) {
      if (ids.includes(row.dataset.id)) row.replaceWith(element("li", { class: "row happened removed" }, "A message was removed."));
    }
  }

  clear() {
    this.list.replaceChildren();
    Object.assign(this, { oldest: null, whole: false, loading: null, latest: null, today: "", unread: 0, mentioned: false });
  }

  row(entry, before) {
    const spoken = entry.is === "said" || entry.is === "told";
    const attributes = { "data-id": entry.id, "data-seq": entry.seq };
    if (!spoken) {
      return element("li", { class: `row happened ${entry.is}`, ...attributes }, time(entry.at), element("span", {}, ...sentence(entry)));
    }
    const own = entry.by === this.self();
    const act = entry.manner === "act";
    const follows = !act && before?.by === entry.by && before.manner !== "act" && ["said", "told"].includes(before.is) && new Date(entry.at) - new Date(before.at) < GROUPED;
    const names = own ? [] : [this.self()];
    const body = act
      ? element("div", { class: "body act" }, ...speech(entry, names))
      : element("div", { class: `body${entry.manner === "notice" ? " notice" : ""}` }, words(entry.text, names));
    const head = element("div", { class: `head${follows || act ? " hidden" : ""}` }, name(entry.by), time(entry.at));
    const face = avatar(entry.by, follows || act);
    return element("li", { class: `row spoken${own ? " own" : ""}${follows ? " follows" : ""}`, ...attributes }, face, element("div", { class: "said" }, head, body));
  }

  /** Keep to the newest, or stay where one reads; once for all that comes before the page is drawn. Where there is room, fill it. */
  settle() {
    if (this.settling) return;
    this.settling = true;
    const settle = () => {
      this.settling = false;
      const scroller = this.list.parentElement;
      if (!scroller) return;
      if (this.following) scroller.scrollTop = scroller.scrollHeight;
      if (scroller.scrollTop < EARLY) this.load();
    };
    if (document.hidden) setTimeout(settle, 250);
    else requestAnimationFrame(settle);
  }

  scrolled(scroller) {
    const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    if (near || scroller.scrollTop < this.top) this.following = near;
    this.top = scroller.scrollTop;
    if (scroller.scrollTop < EARLY) this.load();
  }
}

function heading(text) {
  return element("li", { class: "day" }, element("span", {}, text));
}

function avatar(of, unseen) {
  const letter = [...visible(of).toUpperCase()][0] ?? "?";
  return element("span", { class: `avatar ${unseen ? "unseen" : ""}`, "aria-hidden": "true" }, ...(unseen ? [] : [colour(of, letter)]));
}

function colour(of, letter) {
  const made = name(of);
  made.textContent = letter;
  return made;
}
