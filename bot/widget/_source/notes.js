// The lines above and below the transcript: who answers, and what is wrong.

/** Milliseconds: a line that is back sooner was never lost. */
const PATIENCE = 1200;

class Notes {
  constructor(at, chat, say) {
    this.at = at;
    this.chat = chat;
    this.say = say;
    this.own = false;
    this.lost = null;
  }

  /** Bring both lines up to date with the conversation and the connection. */
  update() {
    const text = this.#answering();
    if (this.at.status.textContent !== text) this.at.status.replaceChildren(text);
    if (this.chat.online || !this.chat.line.running) {
      clearTimeout(this.lost);
      this.lost = null;
      if (!this.own) this.at.alert.replaceChildren();
    } else {
      this.lost ||= setTimeout(() => this.#lineIsLost(), PATIENCE);
    }
  }

  /** Say what went wrong here, or that it is over; a note about the line stays meanwhile. */
  tell(text) {
    if (text) {
      this.own = true;
      this.at.alert.replaceChildren(icon("alert"), make("span", {}, text));
    } else if (this.own) {
      this.own = false;
      this.at.alert.replaceChildren();
      clearTimeout(this.lost);
      this.lost = null;
      this.update();
    }
  }

  #answering() {
    const { status, messages } = this.chat;
    if (status === "waiting") return this.say("waiting");
    if (status !== "person") return "";
    const name = [...messages].reverse().find((message) => message.author === "person")?.name;
    return this.say(name ? "joined" : "joined_nameless", { name });
  }

  #lineIsLost() {
    this.own = false;
    this.at.alert.replaceChildren(icon("alert"), make("span", {}, this.say(navigator.onLine ? "lost" : "offline")),
      make("button", { type: "button", onclick: () => this.chat.line.again() }, this.say("again")));
  }
}
