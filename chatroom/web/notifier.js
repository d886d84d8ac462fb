// Telling somebody who looks elsewhere that they were spoken to: only when they asked for it, and the browser lets us.

import { visible } from "./shown.js";

const LONGEST = 140;

/** Be the bell. */
export class Notifier {
  constructor(button) {
    this.button = button;
    this.on = false;
    button.addEventListener("click", () => this.toggle());
  }

  /** Show the bell, where there is anything it could do. */
  offer() {
    if (!("Notification" in window) || !isSecureContext) return;
    this.on = Notification.permission === "granted" && stored() === "on";
    this.button.hidden = false;
    this.show();
  }

  async toggle() {
    this.on = !this.on && (await Notification.requestPermission()) === "granted";
    try {
      localStorage.setItem("chatroom-bell", this.on ? "on" : "off");
    } catch {
      // Then it holds for this page alone.
    }
    this.show();
  }

  show() {
    this.button.setAttribute("aria-pressed", String(this.on));
  }

  tell(conversation, entry, look) {
    if (!this.on || (!document.hidden && document.hasFocus())) return;
    try {
      this.present(conversation, entry, look);
    } catch {
      // Some browsers, those of Android among them, have the name and do not let pages use it.
    }
  }

  present(conversation, entry, look) {
    const where = conversation.person ? "" : ` in ${visible(conversation.title)}`;
    const shown = new Notification(`${visible(entry.by)}${where}`, { body: visible(entry.text).slice(0, LONGEST), tag: conversation.key, icon: "/static/icon.svg" });
    shown.onclick = () => {
      window.focus();
      look();
      shown.close();
    };
  }
}

function stored() {
  try {
    return localStorage.getItem("chatroom-bell");
  } catch {
    return null;
  }
}
