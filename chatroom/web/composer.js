// The box one types into: sends by Enter, completes commands and names, and keeps what was typed.

import { element, visible } from "./shown.js";

const DRAFTS = "chatroom-drafts";
const SHOWN = 8;

/** Be the box; `send(text)` takes what was typed, `words(kind)` gives what there is to complete. */
export class Composer {
  constructor(form, { send, words }) {
    this.box = form.querySelector("textarea");
    this.list = form.querySelector("[role=listbox]");
    Object.assign(this, { send, words });
    this.place = "";
    this.found = [];
    this.chosen = -1;
    this.drafts = stored();
    form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("blur", () => setTimeout(() => this.offer([]), 150));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const index = [...this.list.children].indexOf(event.target.closest("[role=option]"));
      if (index >= 0) this.take(this.found[index]);
    });
  }

  /** Go to another conversation, with what was begun there. */
  turn(place, label) {
    this.place = place;
    this.box.value = this.drafts[place] ?? "";
    this.box.placeholder = label;
    this.box.setAttribute("aria-label", label);
    this.offer([]);
    this.grow();
  }

  /** Put back what could not be said, unless something else has been begun. */
  restore(place, text) {
    if (this.drafts[place]) return;
    this.drafts[place] = text;
    if (place === this.place) {
      this.box.value = text;
      this.grow();
    }
  }

  focus() {
    if (!matchMedia("(pointer: coarse)").matches) this.box.focus();
  }

  submit() {
    const text = this.box.value.replace(/\s+$/u, "");
    if (!text.trim()) return;
    if (this.send(text) === false) return;
    this.box.value = "";
    this.typed();
  }

  typed() {
    if (this.box.value) this.drafts[this.place] = this.box.value;
    else delete this.drafts[this.place];
    keep(this.drafts);
    this.grow();
    this.offer(this.candidates());
  }

  grow() {
    this.box.rows = Math.min(8, this.box.value.split("\n").length);
  }

  /** Find what the word before the caret may become. */
  candidates(forced = false) {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const word = /(?:^|\s)(\S*)$/u.exec(before)?.[1] ?? "";
    this.begin = before.length - word.length;
    if (/^\/\S*$/.test(before)) {
      return this.words("commands").filter((one) => one.word.startsWith(word.toLowerCase()));
    }
    const asked = word.startsWith("@") ? word.slice(1) : word;
    if (!(word.startsWith("@") || (forced && word))) return [];
    const after = this.begin === 0 ? ": " : " ";
    return this.words("names")
      .filter((one) => one.toLowerCase().startsWith(asked.toLowerCase()))
      .map((one) => ({ word: one, label: visible(one), insert: one + after }));
  }

  pressed(event) {
    if (event.isComposing) return;
    const open = this.found.length > 0;
    if (open && event.key === "Escape") this.offer([]);
    else if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (open && (event.key === "Tab" || (event.key === "Enter" && this.chosen >= 0)) && !event.shiftKey) this.take(this.found[Math.max(0, this.chosen)]);
    else if (event.key === "Tab" && !event.shiftKey && this.completes()) return void event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) this.submit();
    else return;
    event.preventDefault();
  }

  /** Complete a name at Tab; when there is none to complete Tab goes on to the next thing, as ever. */
  completes() {
    const found = this.candidates(true);
    if (found.length === 1) this.take(found[0]);
    else this.offer(found);
    return found.length > 0;
  }

  move(by) {
    this.chosen = (this.chosen + by + this.found.length) % this.found.length;
    this.show();
  }

  take({ insert }) {
    const rest = this.box.value.slice(this.box.selectionStart);
    this.box.value = this.box.value.slice(0, this.begin) + insert + rest;
    const at = this.begin + insert.length;
    this.box.setSelectionRange(at, at);
    this.box.focus();
    this.typed();
    this.offer([]);
  }

  offer(found) {
    this.found = found.slice(0, SHOWN);
    this.chosen = -1;
    this.show();
  }

  show() {
    this.list.hidden = !this.found.length;
    this.box.setAttribute("aria-expanded", String(this.found.length > 0));
    this.list.replaceChildren(
      ...this.found.map((one, index) =>
        element(
          "li",
          { role: "option", id: `offer-${index}`, "aria-selected": String(index === this.chosen) },
          element("b", {}, one.label),
          ...(one.more ? [element("span", {}, ` ${one.more}`)] : []),
        ),
      ),
    );
    if (this.chosen >= 0) this.box.setAttribute("aria-activedescendant", `offer-${this.chosen}`);
    else this.box.removeAttribute("aria-activedescendant");
  }
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFTS)) ?? {};
  } catch {
    return {};
  }
}

function keep(drafts) {
  try {
    sessionStorage.setItem(DRAFTS, JSON.stringify(drafts));
  } catch {
    // Then it is kept while the page is open.
  }
}
