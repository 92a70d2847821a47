// <shop-talk>: the element, its attributes, and what a page can do with it.

const SCRIPT = document.currentScript;
const NARROW = "(max-width: 480px), (max-height: 480px)";
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

/** Attributes: lang, name, welcome, suggestions ("one|two"), cart, checkout, server, theme, open.
 *
 *  Methods: open(), close(), say(text), note(kind, productId). Events, bubbling and composed:
 *  shoptalk:open, shoptalk:close, shoptalk:cart {product}; who handles the last, prevents its
 *  default, else the shopper is led to the link in `checkout`.
 */
class ShopTalk extends HTMLElement {
  static observedAttributes = ["lang", "name", "suggestions", "welcome", "cart", "checkout"];

  connectedCallback() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open", delegatesFocus: false }).adoptedStyleSheets = [SHEET];
      const base = new URL(this.getAttribute("server") || ".", SCRIPT?.src || location.href);
      this.base = base.href.replace(/\/?$/, "/");
      this.shelf = new Shelf(base.host + base.pathname);
      this.api = new Api(this.base, this.shelf, languageOf(this));
      this.chat = new Chat(this.api, this.shelf, (what) => this.#changed(what));
    }
    this.#build();
    this.watch = new MutationObserver(() => this.#build());
    this.watch.observe(document.documentElement, { attributes: true, attributeFilter: ["lang", "dir"] });
    // A conversation that was begun goes on: its answers count as unread until they are read.
    if (this.shelf.get("session") && (this.shelf.get("talked") || this.chat.outbox.length)) this.chat.start();
    this.#tell();
    if (this.hasAttribute("open") || (this.#wasOpen() && !matchMedia(NARROW).matches)) this.#show(false);
  }

  disconnectedCallback() {
    this.watch.disconnect();
    this.chat.stop();
  }

  attributeChangedCallback() {
    if (this.launcher) this.#build();
  }

  /** Open the chat and put the focus into it. */
  open() {
    this.returnTo = document.activeElement;
    this.#show(true);
  }

  /** Close the chat; the focus goes back to where it was. */
  close() {
    if (!this.panel || this.panel.at.node.hidden) return;
    this.panel.at.node.hidden = true;
    this.launcher.node.hidden = false;
    this.launcher.node.setAttribute("aria-expanded", "false");
    this.#keep("");
    const back = this.returnTo;
    if (back && back !== document.body && back !== this && back.isConnected) back.focus();
    else this.launcher.node.focus();
    this.#dispatch("shoptalk:close");
  }

  /** Say something as the shopper. */
  say(text) {
    this.open();
    this.chat.say(String(text));
  }

  /** Tell the shop's log what the shopper did on the page: clicked, carted, chosen, unchosen, shared. */
  note(kind, productId, rank = null) {
    const event = { id: newId(), kind, product_id: String(productId), ...(rank && { rank }) };
    this.shelf.set(`event:${event.id}`, event);
    return this.#tell();
  }

  #build() {
    const language = languageOf(this);
    const say = words(language);
    const form = [language, ...ShopTalk.observedAttributes.map((name) => this.getAttribute(name))].join("\n");
    if (form === this.form) return;
    this.form = form;
    this.api.language = language;
    const wasOpen = this.panel && !this.panel.at.node.hidden;
    this.launcher = launcherNode(say, () => this.open());
    this.panel = null;
    this.say_ = say;
    this.language = language;
    this.shadowRoot.replaceChildren(this.launcher.node);
    this.shadowRoot.host.setAttribute("data-language", language);
    if (wasOpen) this.#show(true);
    this.#unread();
  }

  #panel() {
    if (this.panel) return this.panel;
    this.panel = new Panel(this.chat, {
      say: this.say_, language: this.language, base: this.base,
      title: this.getAttribute("name"),
      welcome: this.getAttribute("welcome"),
      suggestions: this.getAttribute("suggestions"),
      cart: this.hasAttribute("cart") || this.hasAttribute("checkout"),
      toCart: (items) => this.#toCart(items),
      note: (kind, item) => this.note(kind, item.id, item.rank),
      closed: () => this.close(),
    });
    this.panel.at.node.lang = this.language === "zh" ? "zh-CN" : "en";
    this.shadowRoot.append(this.panel.at.node);
    this.panel.updateAll();
    return this.panel;
  }

  #show(focus) {
    const panel = this.#panel();
    panel.at.node.hidden = false;
    panel.at.node.setAttribute("aria-modal", String(matchMedia(NARROW).matches));
    this.launcher.node.hidden = true;
    this.launcher.node.setAttribute("aria-expanded", "true");
    this.#keep("yes");
    if (focus) panel.focus();
    panel.at.scroll.scrollTop = panel.at.scroll.scrollHeight;
    this.chat.start();
    this.chat.read();
    this.#unread();
    this.#dispatch("shoptalk:open");
  }

  #changed(what) {
    if (what === "outbox") this.shelf.set("talked", true);
    if (!this.launcher) return;
    this.panel?.update(what);
    if (what === "messages") this.#unread();
  }

  #unread() {
    const isOpen = this.panel && !this.panel.at.node.hidden;
    if (isOpen) this.chat.read();
    const n = isOpen ? 0 : this.chat.unread;
    this.launcher.badge.hidden = !n;
    this.launcher.badge.textContent = n > 9 ? "9+" : String(n);
    this.launcher.node.setAttribute("aria-label", n ? this.say_("unread", { n }) : this.say_("open"));
  }

  /** Hand products to the page's cart, or lead to the checkout; whether either took them. */
  #toCart(items) {
    const left = items.filter(({ id, title, price, regular_price, image, url, attributes }) =>
      this.#dispatch("shoptalk:cart", { product: { id, title, price, regular_price, image, url, attributes } }));
    const checkout = this.getAttribute("checkout");
    const link = left.length && checkout
      ? safeUrl(checkout.replaceAll("{items}", left.map((item) => encodeURIComponent(item.id)).join(",")), location.href, WEB) : null;
    if (left.length && !link) return false;
    const told = Promise.allSettled(items.map((item) => this.note("carted", item.id, item.rank)));
    if (link) Promise.race([told, new Promise((go) => setTimeout(go, 400))]).then(() => location.assign(link.href));
    return true;
  }

  /** Send events that are kept; what cannot be sent now is sent from the next page. */
  async #tell() {
    const events = this.shelf.all("event:").slice(0, 20);
    if (!events.length) return;
    try {
      await this.api.call("api/events", { method: "POST", json: { events } });
    } catch (problem) {
      if (!problem.final) return;
    }
    for (const event of events) this.shelf.remove(`event:${event.id}`);
  }

  /** True where nobody prevented the default. */
  #dispatch(name, detail = {}) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  #keep(value) {
    try {
      sessionStorage.setItem("shoptalk:open", value);
    } catch {
      // The chat is closed on the next page; nothing else is lost.
    }
  }

  #wasOpen() {
    try {
      return sessionStorage.getItem("shoptalk:open") === "yes";
    } catch {
      return false;
    }
  }
}

if (!customElements.get("shop-talk")) customElements.define("shop-talk", ShopTalk);

// The script's own tag can stand for the element: <script src="…" data-create data-checkout="…">.
if (SCRIPT && "create" in SCRIPT.dataset) {
  const element = document.createElement("shop-talk");
  for (const [name, value] of Object.entries(SCRIPT.dataset)) if (name !== "create") element.setAttribute(name, value);
  const place = () => document.body.append(element);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
}
