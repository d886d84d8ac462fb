// The list of conversations and of who is there.

import { element, name, visible } from "./shown.js";

const MOST = 300;
const at = (id) => document.getElementById(id);

/** Be the side of the page. */
export class Side {
  constructor({ conversations, active, self, turn, talk }) {
    Object.assign(this, { conversations, active, self, turn, talk });
    this.waiting = false;
    at("drawer").addEventListener("click", () => this.toggle());
    addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  toggle() {
    const open = at("side").classList.toggle("open");
    at("drawer").setAttribute("aria-expanded", String(open));
    if (open) at("side").querySelector("button")?.focus();
  }

  close() {
    at("side").classList.remove("open");
    at("drawer").setAttribute("aria-expanded", "false");
  }

  /** Show how things are, once for all that changed in a moment. */
  show() {
    if (this.waiting) return;
    this.waiting = true;
    setTimeout(() => {
      this.waiting = false;
      this.draw();
    }, 30);
  }

  draw() {
    const all = [...this.conversations.values()];
    fill(at("rooms"), all.filter((one) => !one.person).map((one) => this.tab(one)));
    const privates = all.filter((one) => one.person);
    at("privates-section").hidden = !privates.length;
    fill(at("privates"), privates.map((one) => this.tab(one)));
    const elsewhere = all.reduce((sum, one) => sum + (one === this.active() ? 0 : one.unread), 0);
    at("elsewhere").hidden = !elsewhere;
    at("elsewhere").textContent = String(elsewhere);
    this.people();
  }

  tab(one) {
    const current = one === this.active();
    const made = element("button", { type: "button", "aria-current": current && "true", "data-key": one.key }, element("bdi", {}, visible(one.title)));
    if (one.unread) {
      made.append(element("span", { class: `badge${one.mentioned ? " mentioned" : ""}` }, String(one.unread), element("span", { class: "hidden" }, " unread")));
    }
    made.addEventListener("click", () => this.turn(one));
    return element("li", {}, made);
  }

  people() {
    const room = this.active();
    at("people-section").hidden = !room || room.person;
    if (!room || room.person) return;
    const names = [...room.people].sort((one, other) => one.localeCompare(other));
    at("count").textContent = String(names.length);
    const rows = names.slice(0, MOST).map((one) => {
      if (one === this.self()) return element("li", {}, element("button", { type: "button", disabled: true }, name(one), " (you)"));
      const made = element("button", { type: "button", title: "Write in private", "data-key": `person ${one}` }, name(one));
      made.addEventListener("click", () => this.talk(one));
      return element("li", {}, made);
    });
    if (names.length > MOST) rows.push(element("li", { class: "muted" }, `and ${names.length - MOST} more`));
    fill(at("people"), rows);
  }
}

/** Put rows in a list, and leave the focus where it was. */
function fill(list, rows) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...rows);
  if (focused) [...list.querySelectorAll("button")].find((one) => one.dataset.key === focused)?.focus();
}
