// Before one has a name: what happens in the house, read-only, and a box to join.

import { Feed } from "./feed.js";
import { Observer } from "./observer.js";
import { visible } from "./shown.js";
import { remembered } from "./session.js";

const NAME = "chatroom-name";
const SECRETS = ["password-needed", "wrong-password", "too-many-attempts", "logins-busy", "name-reserved"];
const at = (id) => document.getElementById(id);

/** Be the page before one has come in; `join` is told who wants to. */
export class Entrance {
  constructor({ join, house }) {
    Object.assign(this, { join, house });
    this.form = at("join");
    this.fields = this.form.elements;
    this.observer = null;
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    at("login").addEventListener("click", () => this.ask("password"));
  }

  /** Show what there is, and go back in if this page was only loaded again. */
  open() {
    const before = remembered();
    this.fields.name.value = before.name ?? stored() ?? "";
    this.observe();
    if (before.name && before.count) this.join({ name: before.name });
    else this.fields.name.focus();
  }

  observe() {
    const feed = new Feed(at("feed"));
    this.observer = new Observer({
      state: () => {},
      opened: (said) => {
        at("window").hidden = false;
        this.house(said.house);
      },
      entry: (entry) => feed.add(entry),
      note: (text) => feed.note(text),
      figures: () => {},
      rooms: () => {},
      denied: (said) => {
        if (said.error !== "monitor-for-members") return;
        at("greeting").textContent = "Members add their password to their name.";
        this.ask("password", "name");
      },
    });
    this.observer.open();
  }

  /** Go out of the way: somebody is in. */
  hide() {
    this.observer?.close();
    this.observer = null;
    at("lobby").hidden = true;
    this.fields.password.value = this.fields.fresh.value = "";
    keep(this.fields.name.value.trim());
  }

  submit() {
    this.error("");
    const { name, password, fresh } = this.fields;
    this.form.querySelector(".primary").disabled = true;
    this.join({ name: name.value.trim(), password: password.value, fresh: fresh.value });
  }

  /** Say why somebody may not come in, and ask for what is missing. */
  denied(said) {
    at("lobby").hidden = false;
    if (!this.observer) this.observe();
    this.form.querySelector(".primary").disabled = false;
    this.error(said.error === "password-to-choose" ? "" : said.why);
    if (said.error === "password-to-choose" || said.choosing) {
      at("greeting").textContent = said.choosing ? "" : said.why;
      this.ask("fresh");
    } else if (SECRETS.includes(said.error)) {
      this.fields.password.value = "";
      this.ask("password");
    } else {
      this.fields.name.focus();
      this.fields.name.select();
    }
  }

  ask(field, focus = field) {
    this.form.querySelector(`[data-for=${field}]`).hidden = false;
    at("login").hidden = true;
    this.fields[focus].focus();
  }

  error(text) {
    this.form.querySelector(".error").textContent = visible(text);
  }
}

function stored() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

function keep(name) {
  try {
    localStorage.setItem(NAME, name);
  } catch {
    // Then it is typed again next time.
  }
}
