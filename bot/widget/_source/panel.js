// The open chat: keeps the elements in step with the conversation.

class Panel {
  /** @param options title, suggestions, cart, toCart(items), note(kind, item), closed() */
  constructor(chat, { say, language, base, ...options }) {
    this.chat = chat;
    this.say = say;
    this.language = language;
    this.options = options;
    this.nodes = new Map();
    this.context = {
      say, language, base, chat,
      cart: options.cart,
      listed: new Set(),
      compared: new Map(),
      act: (act, items) => this.#act(act, items),
      note: options.note,
      toCart: (items, button) => this.#toCart(items, button),
      picture: (name) => chat.api.call(`api/pictures/${encodeURIComponent(name)}`).then((answer) => answer.blob()),
      motion: () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"),
    };
    this.attachment = new Attachment(() => this.at, chat.api, say, () => this.#typed(), (text) => this.notes.tell(text));
    this.at = panelNodes(say, options.title || say("title"), {
      close: options.closed,
      save: () => this.#save(),
      typed: () => this.#typed(),
      key: (event) => this.#key(event),
      panelKey: (event) => this.#panelKey(event),
      pasted: (event) => this.#pasted(event),
      chosen: () => this.attachment.choose(this.at.file.files[0]),
      submitted: (event) => this.#submitted(event),
    });
    this.notes = new Notes(this.at, chat, say);
    this.at.log.append(make("div", { class: "message bot welcome", part: "message message-other" },
      make("p", { class: "hidden" }, `${say("assistant")}:`),
      make("div", { class: "bubble" }, paragraphs([options.welcome || say("welcome")]))));
    this.#replies();
  }

  /** Bring the part that changed up to date. */
  update(what) {
    if (what === "reset") this.#reset();
    if (what === "messages" || what === "outbox") this.#transcript();
    if (what === "session") this.#limits();
    if (what === "typing") this.#typing();
    if (what === "status" || what === "line" || what === "messages") this.notes.update();
  }

  updateAll() {
    this.#limits();
    this.#transcript();
    this.#typing();
    this.notes.update();
  }

  focus() {
    this.at.input.focus();
  }

  #reset() {
    for (const node of this.nodes.values()) node.remove();
    this.nodes.clear();
    this.context.listed.clear();
  }

  #transcript() {
    const { log, scroll } = this.at;
    const { messages, outbox } = this.chat;
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
    // What was said before this page is not news.
    const news = this.seen !== undefined;
    if (!news) log.setAttribute("aria-live", "off");
    let newest = null;
    for (const message of messages) {
      if (this.nodes.has(message.seq)) continue;
      this.#remember(message);
      const node = messageNode(message, this.context);
      const pending = message.item && this.nodes.get(message.item);
      if (pending) {
        pending.replaceWith(node);
        this.nodes.delete(message.item);
      } else {
        log.insertBefore(node, log.querySelector(".pending"));
      }
      this.nodes.set(message.seq, node);
      newest = message.author === "shopper" && newest ? newest : node;
    }
    for (const [key, node] of this.nodes)
      if (typeof key === "string" && !outbox.some((item) => item.id === key)) {
        node.remove();
        this.nodes.delete(key);
      }
    for (const item of outbox) {
      const known = this.nodes.get(item.id);
      if (known) {
        markPending(known, item, this.context);
        continue;
      }
      const node = pendingNode(item, this.context);
      this.nodes.set(item.id, node);
      log.append(node);
      newest = node;
    }
    if (this.chat.loaded && !news) {
      this.seen = true;
      setTimeout(() => log.setAttribute("aria-live", "polite"), 100);
    }
    this.#replies();
    if (newest && (atEnd || !news || newest.classList.contains("pending"))) this.#show(newest, news);
  }

  /** Scroll so that a new message is read from its beginning. */
  #show(node, smooth) {
    const { scroll } = this.at;
    requestAnimationFrame(() => {
      const top = node.offsetTop - 8;
      const end = scroll.scrollHeight - scroll.clientHeight;
      scroll.scrollTo({ top: smooth ? Math.min(top, end) : end, behavior: smooth ? this.context.motion() : "auto" });
    });
  }

  /** What a reply says about the list: hearts of every card follow. */
  #remember(message) {
    const chosen = message.custom?.request?.chosen;
    if (message.author !== "bot" || !message.custom?.request) return;
    this.context.listed.clear();
    for (const id of chosen || []) this.context.listed.add(id);
    this.#hearts();
  }

  #hearts() {
    for (const heart of this.at.log.querySelectorAll("[data-act=add_list]")) {
      const title = heart.closest("[data-product]")?.querySelector("h3")?.textContent || heart.title;
      markHeart(heart, this.context.listed.has(heart.dataset.product), this.say, heart.dataset.title || title);
    }
  }

  /** Only the latest reply's answers are offered. */
  #replies() {
    const { messages, outbox, status } = this.chat;
    const latest = messages[messages.length - 1];
    const key = `${latest?.seq || 0} ${outbox.length} ${status}`;
    if (this.offered === key) return;
    this.offered = key;
    const { replies } = this.at;
    if (!latest && !outbox.length) {
      const lines = (this.options.suggestions || this.say("suggestions")).split("|").map((line) => line.trim()).filter(Boolean);
      replies.replaceChildren(chips(lines.map((line) => ({ title: line, payload: line })), this.say("suggested"), (text) => this.#choose(text)));
      return;
    }
    const options = latest?.author === "bot" && !outbox.length ? quickReplies(latest) : [];
    replies.replaceChildren(options.length ? chips(options, this.say("quick"), (text) => this.#choose(text)) : "");
  }

  #choose(text) {
    this.at.input.focus({ preventScroll: true });
    this.chat.say(text);
  }

  #typing() {
    const { typing } = this.chat;
    if (typing === Boolean(this.at.typing.firstChild)) return;
    const dots = () => make("span", { class: "dots" },
      make("span", { class: "hidden" }, this.say("typing")), make("i"), make("i"), make("i"));
    this.at.typing.replaceChildren(...(typing ? [dots()] : []));
    if (typing) this.at.scroll.scrollTo({ top: this.at.scroll.scrollHeight, behavior: this.context.motion() });
  }

  #act(act, items) {
    const titles = items.map((item) => item.title);
    const products = items.map((item) => item.id);
    const send = (kind, said, values) => this.chat.say(this.say(said, values), { act: { act: kind, products } });
    if (act === "compare") {
      const [item] = items;
      if (!this.context.compared.delete(item.id)) this.context.compared.set(item.id, item);
      this.#compared();
    } else if (act === "compare_now") {
      this.context.compared.clear();
      this.#compared();
      send("compare", "say_compare", { titles: titles.map((t) => (this.language === "zh" ? `《${t}》` : `“${t}”`)).join(this.say("and")) });
    } else if (act === "add_list") {
      const listed = this.context.listed.has(products[0]);
      if (listed) this.context.listed.delete(products[0]);
      else this.context.listed.add(products[0]);
      this.#hearts();
      send(listed ? "unchoose" : "choose", listed ? "say_unchoose" : "say_choose", { title: titles[0] });
    } else {
      send(act, `say_${act}`, { title: titles[0] });
    }
  }

  /** The bar with what is chosen for comparison. */
  #compared() {
    const { compare, log } = this.at;
    const chosen = [...this.context.compared.values()];
    for (const button of log.querySelectorAll("[data-act=compare]"))
      button.setAttribute("aria-pressed", String(this.context.compared.has(button.dataset.product)));
    const hadFocus = compare.contains(compare.getRootNode().activeElement);
    compare.hidden = !chosen.length;
    compare.replaceChildren(
      make("p", { role: "status" }, chosen.length < 2 ? this.say("compare_more") : this.say("compare_selected", { n: chosen.length })),
      make("button", { type: "button", class: "quiet", onclick: () => {
        this.context.compared.clear();
        this.#compared();
      } }, this.say("compare_clear")),
      make("button", { type: "button", class: "primary", disabled: chosen.length < 2, onclick: () => this.#act("compare_now", chosen) }, this.say("compare_now")));
    if (hadFocus) this.at.input.focus();
  }

  #toCart(items, button) {
    if (!this.options.toCart(items)) return;
    const words = button.querySelector("span");
    words.textContent = this.say("in_cart");
    button.setAttribute("aria-label", items.length === 1 ? this.say("of", { act: this.say("in_cart"), title: items[0].title }) : this.say("in_cart"));
    button.classList.add("done");
  }

  #limits() {
    const most = this.chat.api.known?.limits?.text;
    if (most) this.at.input.maxLength = most;
  }

  #typed() {
    const { input, send, left } = this.at;
    const rest = input.maxLength - input.value.length;
    left.textContent = rest <= 200 ? this.say("left", { n: rest }) : "";
    send.disabled = !input.value.trim() && !this.attachment.file;
    input.rows = Math.min(5, input.value.split("\n").length + Math.floor(input.value.length / 60));
  }

  #key(event) {
    // While a word is composed from keys (Chinese input), Enter belongs to the composition.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.at.form.requestSubmit();
  }

  #panelKey(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      this.options.closed();
    } else if (event.key === "Tab" && this.at.node.getAttribute("aria-modal") === "true") {
      const all = [...this.at.node.querySelectorAll("a, button, textarea, [tabindex='0']")].filter((one) => one.tabIndex >= 0 && !one.disabled && one.offsetParent);
      const [from, to] = event.shiftKey ? [all[0], all[all.length - 1]] : [all[all.length - 1], all[0]];
      if (event.composedPath()[0] !== from) return;
      event.preventDefault();
      to.focus();
    }
  }

  #pasted(event) {
    const file = [...(event.clipboardData?.files || [])].find((one) => PICTURE_TYPES.includes(one.type));
    if (!file) return;
    event.preventDefault();
    this.attachment.choose(file);
  }

  async #submitted(event) {
    event.preventDefault();
    const { input } = this.at;
    const text = input.value.trim();
    let picture = null;
    if (this.attachment.file) {
      picture = await this.attachment.upload();
      if (!picture) return undefined;
    }
    if (!text && !picture) return undefined;
    input.value = "";
    this.#typed();
    this.notes.tell("");
    this.chat.say(text, { picture });
    return input.focus();
  }

  #save() {
    const text = transcript(this.chat.messages, this.say, this.language);
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    make("a", { href: url, download: this.say("saved_as") }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }
}
