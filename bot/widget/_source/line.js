// The line to the server: a WebSocket, long polling where there is none, and back again by itself.

const PING_SECONDS = 20;
const SILENCE_SECONDS = 45;
const ACK_SECONDS = 12;
const OPEN_SECONDS = 6;
const POLL_SECONDS = 25;
const SOCKET_AGAIN_SECONDS = 60;

/** Seconds to wait before try number n + 1: doubling to 20, and never the same for two pages. */
function backOff(failures, chance = Math.random()) {
  return Math.min(20, 0.5 * 2 ** Math.min(failures, 6)) * (0.5 + chance / 2);
}

class Line {
  /** @param hooks after() → seq, take(frame), up(), down(problem) */
  constructor(api, hooks) {
    this.api = api;
    this.hooks = hooks;
    this.running = null;
    this.isUp = false;
    this.socket = null;
    this.socketFailures = 0;
    this.pollUntil = 0;
    this.wake = () => {};
  }

  start() {
    if (this.running) return;
    this.running = new AbortController();
    addEventListener("online", this.again);
    this.#run(this.running);
  }

  stop() {
    this.running?.abort();
    this.running = null;
    this.isUp = false;
    this.hooks.down(null);
    removeEventListener("online", this.again);
    this.socket?.close();
    this.wake();
  }

  /** Try now instead of after the pause. */
  again = () => this.wake();

  /** Until it is stopped; who is started again runs anew. */
  async #run(run) {
    let failures = 0;
    while (this.running === run) {
      let problem = null;
      try {
        const session = await this.api.session();
        if (this.socketFailures < 2 || Date.now() > this.pollUntil) await this.#talk(session);
        else await this.#poll(run);
      } catch (error) {
        problem = error;
      }
      if (problem?.status === 401) await this.api.session(this.api.token).catch(() => {});
      if (this.running !== run) return;
      if (this.isUp) failures = 0;
      this.isUp = false;
      this.hooks.down(problem);
      failures += 1;
      await this.#rest(Math.max(problem?.after || 0, backOff(failures - 1)));
    }
  }

  #rest(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #cameUp() {
    if (this.isUp) return;
    this.isUp = true;
    this.hooks.up();
  }

  /** One WebSocket, from hello to its end. */
  #talk(session) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${this.api.base.replace(/^http/, "ws")}api/stream`);
      let heard = 0;
      let refused = null;
      const opening = setTimeout(() => socket.close(), OPEN_SECONDS * 1000);
      const beat = setInterval(() => {
        if (Date.now() - heard > SILENCE_SECONDS * 1000) socket.close();
        else socket.send('{"type":"ping"}');
      }, PING_SECONDS * 1000);
      this.socket = socket;
      socket.onopen = () => {
        socket.send(JSON.stringify({ type: "hello", token: session.token, after: this.hooks.after() }));
        socket.send('{"type":"ping"}');
      };
      socket.onmessage = (event) => {
        const frame = JSON.parse(event.data);
        if (frame.type === "error" && !frame.id) {
          const status = frame.code === "unauthorized" ? 401 : 0;
          refused = new Problem(status, frame.code, frame.message, frame.retry_after || 0);
          return;
        }
        heard = Date.now();
        clearTimeout(opening);
        this.socketFailures = 0;
        this.#cameUp();
        this.hooks.take(frame);
      };
      socket.onclose = () => {
        clearTimeout(opening);
        clearInterval(beat);
        this.socket = null;
        if (heard && !refused) return resolve();
        this.socketFailures += 1;
        this.pollUntil = Date.now() + SOCKET_AGAIN_SECONDS * 1000;
        // The browser does not say why a socket was refused; polling learns it from a status.
        return reject(refused || new Problem(0, "socket", ""));
      };
    });
  }

  async #poll(run) {
    let wait = 0;
    while (this.running === run && Date.now() < this.pollUntil) {
      const path = `api/messages?after=${this.hooks.after()}&wait=${wait}`;
      const answer = await this.api.call(path, { signal: run.signal, seconds: wait + 15 });
      const frame = await answer.json();
      this.hooks.take({ type: "messages", messages: frame.messages });
      this.hooks.take({ type: "status", status: frame.status });
      this.hooks.take({ type: "typing", on: frame.typing });
      this.#cameUp();
      wait = POLL_SECONDS;
    }
  }

  /** Everything after `seq` that the stream left out. */
  async fill(seq) {
    const answer = await this.api.call(`api/messages?after=${seq}&wait=0`);
    return (await answer.json()).messages;
  }

  /** Hand one message over; its acknowledgement comes as a frame.
   *
   * @throws Problem where it was not taken, over HTTP
   */
  async say(item) {
    const { id, text, act, picture } = item;
    const body = { id, text, ...(act && { act }), ...(picture && { picture }) };
    const socket = this.socket;
    if (socket?.readyState === WebSocket.OPEN && this.isUp) {
      socket.send(JSON.stringify({ type: "say", ...body }));
      setTimeout(() => {
        // A line that swallows messages is no line: a new one is made, and they are sent again.
        if (socket === this.socket && this.hooks.waits(id)) socket.close();
      }, ACK_SECONDS * 1000);
      return;
    }
    const answer = await this.api.call("api/messages", { method: "POST", json: body });
    this.hooks.take({ type: "ack", ...(await answer.json()) });
  }
}
