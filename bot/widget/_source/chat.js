// The conversation: what was said, what waits to be sent, who answers. No elements here.

const ANSWER_SECONDS = 90;
/** Codes of frames that refuse a message for good. */
const FINAL = /^(bad_|too_long|too_large|empty|forbidden|not_found)/;

class Chat {
  /** @param changed called with the name of what changed: messages, outbox, status, typing, line */
  constructor(api, shelf, changed) {
    this.api = api;
    this.shelf = shelf;
    this.changed = changed;
    this.messages = [];
    this.status = "bot";
    this.online = false;
    this.problem = null;
    this.loaded = false;
    this.serverTyping = false;
    this.unanswered = new Map();
    this.filling = null;
    this.outbox = shelf.all("out:").sort((a, b) => a.at - b.at || a.order - b.order);
    this.order = 0;
    this.line = new Line(api, {
      after: () => this.last,
      take: (frame) => this.#take(frame),
      waits: (id) => this.outbox.some((item) => item.id === id && !item.failed),
      up: () => this.#up(),
      down: (problem) => this.#down(problem),
    });
    api.onsession = (session) => this.#session(session);
  }

  get last() {
    return this.messages.length ? this.messages[this.messages.length - 1].seq : 0;
  }

  get typing() {
    return this.status === "bot" && (this.serverTyping || this.unanswered.size > 0);
  }

  get unread() {
    const read = this.shelf.get("read") || 0;
    return this.messages.filter((m) => m.seq > read && m.author !== "shopper").length;
  }

  read() {
    if (this.last > (this.shelf.get("read") || 0)) this.shelf.set("read", this.last);
  }

  start() {
    this.line.start();
  }

  stop() {
    this.line.stop();
  }

  /** Say something: it is kept until the server has acknowledged it, whatever happens between. */
  say(text, { act = null, picture = null } = {}) {
    this.order += 1;
    const item = { id: newId(), text, act, picture, at: Date.now(), order: this.order };
    this.shelf.set(`out:${item.id}`, item);
    this.outbox.push(item);
    this.#expect(item.id);
    this.changed("outbox");
    this.line.start();
    this.#flush([item]);
    return item;
  }

  /** Send again what was refused. */
  retry(item) {
    item.failed = "";
    this.shelf.set(`out:${item.id}`, item);
    this.#expect(item.id);
    this.changed("outbox");
    this.#flush([item]);
  }

  /** Give up what was refused. */
  discard(item) {
    this.#settled(item);
    this.changed("outbox");
  }

  #expect(id) {
    clearTimeout(this.unanswered.get(id));
    this.unanswered.set(id, setTimeout(() => this.#answered(id), ANSWER_SECONDS * 1000));
    this.changed("typing");
  }

  #answered(id) {
    clearTimeout(this.unanswered.get(id));
    if (this.unanswered.delete(id)) this.changed("typing");
  }

  async #flush(items) {
    if (!this.online) return;
    for (const item of items.filter((one) => !one.failed && !one.seq && this.outbox.includes(one))) {
      try {
        await this.line.say(item);
      } catch (problem) {
        this.#refused(item, problem);
        if (!problem.final) return;
      }
    }
  }

  #refused(item, problem) {
    if (problem.final || FINAL.test(problem.code)) {
      item.failed = problem.message || problem.code;
      this.shelf.set(`out:${item.id}`, item);
      this.#answered(item.id);
      this.changed("outbox");
    } else if (problem.status || problem.after) {
      const seconds = problem.after || backOff(2);
      setTimeout(() => this.#flush(this.outbox), seconds * 1000);
    }
  }

  #up() {
    this.online = true;
    this.problem = null;
    this.#flush([...this.outbox]);
    this.changed("line");
  }

  #down(problem) {
    this.online = false;
    this.serverTyping = false;
    this.problem = problem;
    this.changed("line");
  }

  #session(session) {
    if (session.last_seq < this.last) {
      this.messages = [];
      this.shelf.remove("read");
      this.changed("reset");
    }
    this.#status(session.status);
    this.changed("session");
    // Nothing was said yet, so nothing will come to say that all is there.
    if (session.last_seq === 0 && !this.loaded) {
      this.loaded = true;
      this.changed("messages");
    }
  }

  #status(status) {
    if (!status || status === this.status) return;
    this.status = status;
    this.changed("status");
    this.changed("typing");
  }

  #take(frame) {
    if (frame.type === "messages") this.#receive(frame.messages);
    else if (frame.type === "ack") this.#acknowledged(frame.id, frame.seq);
    else if (frame.type === "status") this.#status(frame.status);
    else if (frame.type === "typing" && frame.on !== this.serverTyping) {
      this.serverTyping = frame.on;
      this.changed("typing");
    } else if (frame.type === "error") {
      const item = this.outbox.find((one) => one.id === frame.id);
      if (item) this.#refused(item, new Problem(frame.status || 0, frame.code, frame.message, frame.retry_after || 1));
    }
  }

  #acknowledged(id, seq) {
    const item = this.outbox.find((one) => one.id === id);
    if (!item) return;
    item.seq = seq;
    this.shelf.remove(`out:${id}`);
    if (this.messages.some((message) => message.seq === seq)) this.#settled(item);
    this.changed("outbox");
  }

  #settled(item) {
    this.shelf.remove(`out:${item.id}`);
    this.outbox = this.outbox.filter((one) => one !== item);
    if (item.failed) this.#answered(item.id);
  }

  #receive(messages) {
    const fresh = messages.filter((message) => message.seq > this.last).sort((a, b) => a.seq - b.seq);
    if (fresh.length && fresh[0].seq > this.last + 1) return this.#fill();
    for (const message of fresh) {
      if (message.seq !== this.last + 1) return this.#fill();
      this.messages.push(message);
      const item = this.outbox.find((one) => one.id === message.id || one.seq === message.seq);
      if (message.author === "shopper" && item) {
        message.item = item.id;
        this.#settled(item);
      }
      if (message.author !== "shopper") this.#reply(message);
    }
    const first = !this.loaded;
    this.loaded = true;
    if (fresh.length || first) this.changed("messages");
    return undefined;
  }

  /** What a reply answers, is answered; a person's word answers all. */
  #reply(reply) {
    const answered = this.messages.filter(
      (message) => message.author === "shopper" && (!reply.reply_to || message.seq <= reply.reply_to));
    for (const message of answered) this.#answered(message.item || message.id);
    if (!this.unanswered.size && this.serverTyping) {
      // The server says so, too, a moment later.
      this.serverTyping = false;
      this.changed("typing");
    }
  }

  #fill() {
    this.filling ||= this.line.fill(this.last)
      .then((messages) => {
        this.filling = null;
        this.#receive(messages);
      })
      .catch(() => {
        this.filling = null;
      });
  }
}
