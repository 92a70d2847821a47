// What every page has: header, footer, and the widget's cart acts.

import { pieces, put } from "./basket.js";
import { make } from "./make.js";
import { language, money, say } from "./words.js";

/** Fill header and footer; `query` is what was searched for. */
export function frame(title, query = "") {
  titled(title);
  const cart = make("a", { class: "cart", href: "/shop/cart" });
  const count = () => {
    const n = pieces();
    cart.setAttribute("aria-label", say("in_cart", { n }));
    cart.replaceChildren(say("cart"), make("span", { class: "count", hidden: !n }, String(n)));
  };
  count();
  addEventListener("demo:cart", count);
  const other = language === "zh" ? "en" : "zh";
  const here = new URL(location.href);
  here.searchParams.set("lang", other);
  document.getElementById("top").replaceChildren(
    make("a", { class: "skip", href: "#main" }, say("skip")),
    make("a", { class: "name", href: "/shop/" }, say("shop")),
    make("form", { class: "search", role: "search", action: "/shop/", method: "get" },
      make("input", { type: "search", name: "words", value: query, maxlength: "100", placeholder: say("search"), "aria-label": say("search") }),
      make("button", { type: "submit" }, say("find"))),
    make("nav", {}, make("a", { href: here.pathname + here.search, lang: other, "aria-label": say("other_name"), hreflang: other }, say("other")), cart));
  document.getElementById("foot").replaceChildren(make("p", {}, say("demo")));
  document.addEventListener("shoptalk:cart", (event) => {
    event.preventDefault();
    put(event.detail.product);
  });
}

/** Name the page. */
export function titled(title) {
  document.title = title ? `${title} · ${say("shop")}` : say("shop");
}

/** Tell the shop's log what was done on the page. */
export async function note(kind, id, rank = null) {
  await customElements.whenDefined("shop-talk");
  return document.querySelector("shop-talk").note(kind, id, rank);
}

/** Price, with what it was before a sale. */
export function price(item) {
  if (!item.price) return make("p", { class: "price" });
  const now = money(item.price);
  if (!item.regular_price) return make("p", { class: "price" }, make("strong", {}, now));
  const was = money(item.regular_price);
  return make("p", { class: "price sale" },
    make("strong", {}, make("span", { class: "hidden" }, say("now", { price: now })), make("span", { "aria-hidden": "true" }, now)), " ",
    make("del", {}, make("span", { class: "hidden" }, say("was", { price: was })), make("span", { "aria-hidden": "true" }, was)));
}

/** Stock in words. */
export function stock(item) {
  const low = item.availability === "in_stock" && typeof item.stock === "number" && item.stock <= 5;
  return make("p", { class: `stock ${low ? "low" : item.availability}` }, low ? say("low", { n: item.stock }) : say(item.availability));
}

/** How it was rated, in a star and in words. */
export function rating(item) {
  if (typeof item.rating !== "number") return null;
  return make("p", { class: "rating" },
    make("span", { "aria-hidden": "true" }, `★ ${item.rating.toFixed(1)} (${item.rating_count})`),
    make("span", { class: "hidden" }, say("rated", { rating: item.rating.toFixed(1), n: item.rating_count })));
}

/** What stands there when the page's data cannot be had. */
export function failed(main) {
  main.replaceChildren(make("div", { class: "note", role: "alert" }, make("p", {}, say("failed")),
    make("button", { type: "button", class: "primary", onclick: () => location.reload() }, say("again"))));
}
