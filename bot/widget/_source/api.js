// The server's API. The session's token is the server's; it is kept, renewed and shown to nobody.

const CALL_SECONDS = 20;

/** What the server refused, or that it could not be reached (status 0). */
class Problem extends Error {
  constructor(status, code, message, after = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.after = after;
  }

  /** Whether the same call will never be taken. */
  get final() {
    return [400, 403, 404, 413, 415, 422].includes(this.status);
  }
}

class Api {
  /** @param base address of the widget's routes, with a slash at the end */
  constructor(base, shelf, language) {
    this.base = base;
    this.shelf = shelf;
    this.language = language;
    this.asking = null;
    this.onsession = () => {};
  }

  get known() {
    return this.shelf.get("session");
  }

  get token() {
    return this.known?.token || "";
  }

  /** Today's session: the one that is kept, renewed where it is due, else a new one. */
  async session(refused = "") {
    const known = this.known;
    const now = Date.now() / 1000;
    const good = known && now < known.expires_at - 5 && now < known.renew_at && known.token !== refused;
    if (good) return known;
    this.asking ||= this.#ask(known?.token === refused ? "" : known?.token).finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  async #ask(old) {
    const headers = { "Content-Type": "application/json" };
    if (old) headers.Authorization = `Bearer ${old}`;
    const body = JSON.stringify({ language: this.language });
    let answer;
    try {
      answer = await this.#fetch("api/session", { method: "POST", headers, body });
    } catch (problem) {
      if (!old || problem.status !== 401) throw problem;
      delete headers.Authorization;
      answer = await this.#fetch("api/session", { method: "POST", headers, body });
    }
    const session = await answer.json();
    this.shelf.set("session", session);
    this.onsession(session);
    return session;
  }

  /** Call as the session; a token that is refused is exchanged once. */
  async call(path, { method = "GET", json, body, type, signal, seconds } = {}) {
    const once = async (session) => {
      const headers = { Authorization: `Bearer ${session.token}` };
      if (json !== undefined) headers["Content-Type"] = "application/json";
      else if (type) headers["Content-Type"] = type;
      const content = json !== undefined ? JSON.stringify(json) : body;
      return this.#fetch(path, { method, headers, body: content, signal, seconds });
    };
    const session = await this.session();
    try {
      return await once(session);
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      return once(await this.session(session.token));
    }
  }

  async #fetch(path, { seconds = CALL_SECONDS, signal, ...options }) {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), seconds * 1000);
    signal?.addEventListener("abort", () => end.abort(), { once: true });
    let answer;
    try {
      answer = await fetch(this.base + path, {
        ...options, signal: end.signal, mode: "cors", credentials: "omit", cache: "no-store",
      });
    } catch (error) {
      throw new Problem(0, "unreachable", String(error.message || error));
    } finally {
      clearTimeout(timer);
    }
    if (answer.ok) return answer;
    const said = await answer.json().catch(() => ({}));
    const after = Number(answer.headers.get("Retry-After")) || 0;
    throw new Problem(answer.status, String(said.error || answer.status), String(said.message || ""), after);
  }
}
