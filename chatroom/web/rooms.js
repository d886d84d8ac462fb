// The rooms there are, to choose from.

import { element, visible } from "./shown.js";

const at = (id) => document.getElementById(id);

/** Be the list of rooms. */
export class Rooms {
  constructor({ ask, join, joined }) {
    Object.assign(this, { join, joined });
    this.dialog = at("browser");
    at("browse").addEventListener("click", () => {
      at("found").replaceChildren();
      ask();
      this.dialog.showModal();
    });
    at("open").addEventListener("submit", (event) => {
      event.preventDefault();
      this.enter(event.target.elements.room.value.trim());
      event.target.reset();
    });
  }

  list(rooms) {
    at("found").replaceChildren(
      ...rooms.map(({ room, present, topic }) => {
        const made = element(
          "button",
          { type: "button" },
          element("b", {}, visible(room)),
          element("span", { class: "count" }, `${present} here${this.joined(room) ? ", and you" : ""}`),
          ...(topic ? [element("span", { class: "topic" }, visible(topic))] : []),
        );
        made.addEventListener("click", () => this.enter(room));
        return element("li", {}, made);
      }),
    );
  }

  enter(room) {
    if (room) this.join(room);
    this.dialog.close();
  }
}
