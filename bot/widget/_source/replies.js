// Replies that show more than words: cards side by side, tables, plans, quick replies.

/** Cards side by side; arrow keys go from card to card and stay on the same button. */
function carousel(items, context) {
  const { say } = context;
  const list = make("ul", { class: "cards", role: "list", tabindex: "-1" },
    items.map((item) => make("li", {}, productCard(item, context))));
  const step = (way) => {
    const card = list.firstElementChild;
    const rtl = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    list.scrollBy({ left: way * rtl * (card.offsetWidth + 12), behavior: context.motion() });
  };
  list.addEventListener("keydown", (event) => {
    const rtl = getComputedStyle(list).direction === "rtl";
    const way = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key];
    const control = event.composedPath()[0];
    const here = control.closest?.("li");
    const there = way > 0 ? here?.nextElementSibling : here?.previousElementSibling;
    if (!way || !here || here.parentNode !== list) return;
    event.preventDefault();
    if (!there) return;
    const kind = control.dataset.act;
    const match = (kind && there.querySelector(`[data-act="${kind}"]`)) || there.querySelector("a, button");
    match.focus({ preventScroll: true });
    there.scrollIntoView({ block: "nearest", inline: "start", behavior: context.motion() });
  });
  const arrow = (key, symbol, way) => make("button", {
    type: "button", class: `turn ${symbol}`, "aria-label": say(key), title: say(key), onclick: () => step(way),
  }, icon(symbol));
  // The text above says what was found; reading every card aloud unasked would bury it.
  return make("section", { class: "carousel", "aria-label": say("products"), "aria-live": "off" },
    list,
    items.length > 1 ? make("div", { class: "turns" },
      arrow("previous", "back", -1), arrow("next", "on", 1)) : null);
}

/** Rows under each other, with a title. */
function rows(items, context, title, labels = []) {
  return make("section", { class: "rows", "aria-label": title, "aria-live": "off" },
    items.map((item, at) => productRow(item, context, labels[at] || "")));
}

/** Several products that belong together, with their total and the budget. */
function plan(custom, context) {
  const { say, language } = context;
  const { parts = [], total, budget } = custom.plan;
  const label = (item) => item.part?.label || parts.find((part) => part.product === item.id)?.label || "";
  const section = rows(custom.items, context, say("together"), custom.items.map(label));
  if (total) {
    const limit = budget && money(budget, language);
    const over = budget && Number(budget.over) > 0;
    const rest = budget && { amount: String(Math.abs(Number(budget.amount) - Number(total.amount)).toFixed(2)), currency: total.currency };
    section.append(make("p", { class: "total" },
      make("span", {}, say("total")), make("strong", {}, money(total, language)),
      budget && make("span", { class: over ? "over" : "below" },
        `${say("budget", { amount: limit })} · ${say(over ? "over" : "below", { amount: money(rest, language) })}`)));
  }
  if (context.cart && custom.items.length > 1) {
    section.append(make("button", {
      type: "button", class: "primary wide", "data-act": "add_all",
      onclick: (event) => context.toCart(custom.items, event.currentTarget),
    }, icon("cart"), make("span", {}, say("add_all"))));
  }
  return section;
}

/** A real table: a column for each product, a row for each attribute; rows that differ stand out. */
function comparison(custom, context) {
  const { say } = context;
  const head = make("tr", {}, make("td", {}, make("span", { class: "hidden" }, say("feature"))),
    custom.items.map((item) => make("th", { scope: "col" }, productPicture(item, context.base, ""), titleLine(item, context))));
  const body = (custom.rows || []).map((row) => {
    const values = row.values.map(String);
    const differs = new Set(values).size > 1;
    return make("tr", { class: differs ? "differs" : "same" },
      make("th", { scope: "row", dir: "auto" }, String(row.name)),
      values.map((value) => make("td", { dir: "auto" }, value)));
  });
  const foot = make("tr", {}, make("td", {}),
    custom.items.map((item) => make("td", {}, make("div", { class: "buy" }, buyButtons(context, item)))));
  return make("div", { class: "table", tabindex: "0", role: "region", "aria-label": say("comparison"), "aria-live": "off" },
    make("table", {}, make("caption", { class: "hidden" }, say("comparison")),
      make("thead", {}, head), make("tbody", {}, body), make("tfoot", {}, foot)));
}

/** What a reply's data shows, or null where its words say it all. */
function shown(custom, context) {
  const items = (custom?.items || []).filter((item) => item && typeof item.title === "string");
  if (!items.length) return null;
  const data = { ...custom, items };
  if (custom.type === "comparison") return comparison(data, context);
  if (custom.plan) return plan(data, context);
  if (custom.type === "products") return carousel(items, context);
  if (custom.type === "list") return rows(items, context, context.say("list"));
  return rows(items, context, context.say("products"));
}

/** Answers to choose from; one stop of the Tab key, arrows go on from there. */
function chips(options, label, choose) {
  const buttons = options.map(({ title, payload }) =>
    make("button", { type: "button", class: "chip", part: "quick-reply", dir: "auto", onclick: () => choose(payload) }, title));
  rove(buttons, buttons[0]);
  const group = make("div", { class: "chips", role: "group", "aria-label": label }, buttons);
  arrows(group, () => buttons);
  return group;
}
