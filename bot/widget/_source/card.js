// A product as a card, and what can be done with it.

const STOCK_WORDS = { out_of_stock: "out_of_stock", preorder: "preorder", backorder: "backorder" };
const LOW_STOCK = 5;

/** Stock in words, and whether it can be bought. */
function stockOf(item, say) {
  const key = STOCK_WORDS[item.availability];
  if (key === "out_of_stock" || item.stock === 0) return { text: say("out_of_stock"), kind: "out" };
  if (key) return { text: say(key), kind: "later" };
  if (typeof item.stock === "number" && item.stock <= LOW_STOCK)
    return { text: say("low_stock", { n: item.stock }), kind: "low" };
  return { text: say("in_stock"), kind: "in" };
}

/** Price, and what it was before the sale. */
function priceLine(item, { say, language }) {
  if (!item.price) return make("p", { class: "price" }, say("no_price"));
  const now = money(item.price, language);
  if (!item.regular_price) return make("p", { class: "price" }, make("strong", {}, now));
  const was = money(item.regular_price, language);
  return make("p", { class: "price sale" },
    make("strong", {}, make("span", { class: "hidden" }, say("now", { price: now })),
      make("span", { "aria-hidden": "true" }, now)), " ",
    make("del", {}, make("span", { class: "hidden" }, say("was", { price: was })),
      make("span", { "aria-hidden": "true" }, was)));
}

/** Stock and rating in one line. */
function stockLine(item, { say }) {
  const stock = stockOf(item, say);
  const rating = typeof item.rating === "number" ? item.rating.toFixed(1) : "";
  return make("p", { class: `stock ${stock.kind}` }, make("span", { class: "state" }, stock.text),
    rating && make("span", { class: "rating" },
      make("span", { "aria-hidden": "true" }, `★ ${rating}`),
      make("span", { class: "hidden" }, say("rated", { rating }))));
}

/** The title, a link to the product's page where there is one. */
function titleLine(item, context) {
  const url = item.url ? safeUrl(item.url, context.base, WEB) : null;
  if (!url) return make("h3", { dir: "auto" }, item.title);
  return make("h3", { dir: "auto" }, make("a", {
    href: url.href, part: "title",
    onclick: () => context.note("clicked", item),
  }, item.title));
}

/** One button of a card; its name says which product it is about. */
function actButton(context, item, act, symbol = null) {
  const button = make("button", {
    type: "button", class: symbol ? "symbol" : "act", part: "card-button", "data-act": act,
    "aria-label": context.say("of", { act: context.say(act), title: item.title }),
    title: symbol ? context.say(act) : null,
    onclick: () => context.act(act, [item]),
  }, symbol ? icon(symbol) : context.say(act));
  return button;
}

/** Add to cart and to the list: the first two of a card's buttons. */
function buyButtons(context, item) {
  const listed = context.listed.has(item.id);
  const heart = actButton(context, item, "add_list", "heart");
  heart.dataset.product = item.id;
  markHeart(heart, listed, context.say, item.title);
  if (!context.cart || stockOf(item, context.say).kind === "out") return [heart];
  return [make("button", {
    type: "button", class: "primary", part: "cart-button", "data-act": "add_cart",
    "aria-label": context.say("of", { act: context.say("add_cart"), title: item.title }),
    onclick: (event) => context.toCart([item], event.currentTarget),
  }, icon("cart"), make("span", {}, context.say("add_cart"))), heart];
}

/** Show whether a product is on the list. */
function markHeart(heart, listed, say, title) {
  heart.setAttribute("aria-pressed", String(listed));
  heart.setAttribute("aria-label", say("of", { act: say("add_list"), title }));
  heart.title = say(listed ? "on_list" : "add_list");
}

/** "Compare" stays pressed while the product is chosen for it. */
function compareButton(context, item) {
  const button = actButton(context, item, "compare");
  button.dataset.product = item.id;
  button.setAttribute("aria-pressed", String(context.compared.has(item.id)));
  return button;
}

/** A clause as a line of its own begins. */
function sentence(clause) {
  const [first = ""] = clause;
  return first.toLocaleUpperCase() + clause.slice(first.length);
}

/** The whole card. */
function productCard(item, context) {
  const reasons = (item.reasons || []).slice(0, 2);
  return make("article", { class: "card", part: "card", "data-product": item.id },
    productPicture(item, context.base),
    make("div", { class: "body" },
      titleLine(item, context),
      priceLine(item, context),
      stockLine(item, context),
      reasons.length ? make("ul", { class: "reasons" }, reasons.map((r) => make("li", {}, sentence(String(r.text))))) : null,
      make("div", { class: "buy" }, buyButtons(context, item)),
      make("div", { class: "acts" },
        actButton(context, item, "similar"), actButton(context, item, "reject"),
        compareButton(context, item), actButton(context, item, "why"))));
}

/** One row: picture, title and price; for lists, plans and what is told about one product. */
function productRow(item, context, label = "") {
  return make("article", { class: "row", part: "card", "data-product": item.id },
    productPicture(item, context.base),
    make("div", { class: "body" },
      label && make("p", { class: "label" }, label),
      titleLine(item, context),
      priceLine(item, context),
      stockLine(item, context)),
    make("div", { class: "buy" }, buyButtons(context, item)));
}
