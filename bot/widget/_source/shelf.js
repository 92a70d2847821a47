// What outlives a page: the session, messages that are not yet acknowledged, what was read.

/** localStorage under our own names; memory where the browser lends none. */
class Shelf {
  constructor(name) {
    this.prefix = `shoptalk:${name}:`;
    this.memory = new Map();
  }

  get(key) {
    try {
      const text = this.memory.get(key) ?? localStorage.getItem(this.prefix + key);
      return text ? JSON.parse(text) : null;
    } catch {
      return null;
    }
  }

  set(key, value) {
    const text = JSON.stringify(value);
    try {
      localStorage.setItem(this.prefix + key, text);
      this.memory.delete(key);
    } catch {
      this.memory.set(key, text);
    }
  }

  remove(key) {
    this.memory.delete(key);
    try {
      localStorage.removeItem(this.prefix + key);
    } catch {
      // There is no storage, so there is nothing in it.
    }
  }

  /** Values of all keys that begin with `start`. Each message has a key of its own, so that two
   *  open pages never write over each other's. */
  all(start) {
    const keys = new Set([...this.memory.keys()].filter((key) => key.startsWith(start)));
    try {
      for (let i = 0; i < localStorage.length; i += 1) {
        const key = localStorage.key(i);
        if (key.startsWith(this.prefix + start)) keys.add(key.slice(this.prefix.length));
      }
    } catch {
      // As above.
    }
    return [...keys].map((key) => this.get(key)).filter((value) => value !== null);
  }
}

/** A name that nobody else gives; works on pages without TLS, too. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
