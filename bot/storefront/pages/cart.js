// The cart: quantities, totals, and the way to the checkout.

import { basket, set } from "./basket.js";
import { frame } from "./frame.js";
import { make } from "./make.js";
import { money, say } from "./words.js";

const main = document.getElementById("main");
const times = (item) => ({ amount: (Number(item.price.amount) * item.quantity).toFixed(2), currency: item.price.currency });

/** Sums by currency. */
function totals(items) {
  const sums = new Map();
  for (const item of items.filter((one) => one.price))
    sums.set(item.price.currency, (sums.get(item.price.currency) || 0) + Number(times(item).amount));
  return [...sums].map(([currency, amount]) => money({ amount: amount.toFixed(2), currency })).join(" + ");
}

function row(item) {
  const amount = make("input", { type: "number", min: "1", max: "99", value: item.quantity, "aria-label": say("of", { title: item.title }),
    onchange: (event) => {
      set(item.id, Math.max(1, Math.floor(Number(event.target.value)) || 1));
      show(item.id);
    } });
  amount.dataset.id = item.id;
  return make("tr", {},
    make("th", { scope: "row" }, make("div", { class: "what" }, make("img", { src: item.image, alt: "", width: "96", height: "72" }), make("div", {}, make("a", { href: item.url }, item.title), item.variant && make("p", { class: "variant" }, item.variant)))),
    make("td", { "data-name": say("price") }, item.price ? money(item.price) : ""),
    make("td", { "data-name": say("amount") }, amount),
    make("td", { "data-name": say("sum") }, item.price ? money(times(item)) : ""),
    make("td", {}, make("button", { type: "button", class: "quiet", "aria-label": say("remove_of", { title: item.title }), onclick: () => {
      set(item.id, 0);
      show();
      main.focus();
    } }, say("remove"))));
}

function show(focusOn = "") {
  const items = basket();
  if (!items.length) {
    main.replaceChildren(make("h1", {}, say("cart")), make("p", { class: "note" }, say("empty"), " ", make("a", { href: "/shop/" }, say("browse"))));
    return;
  }
  main.replaceChildren(make("h1", {}, say("cart")),
    make("table", { class: "basket" },
      make("thead", {}, make("tr", {}, ["product", "price", "amount", "sum"].map((key) => make("th", { scope: "col" }, say(key))), make("th", { scope: "col" }, make("span", { class: "hidden" }, say("remove"))))),
      make("tbody", {}, items.map(row))),
    make("p", { class: "total" }, say("total"), " ", make("strong", {}, totals(items))),
    make("p", { class: "buttons" }, make("a", { class: "primary", href: "/shop/checkout" }, say("checkout"))));
  if (focusOn) main.querySelector(`input[data-id="${CSS.escape(focusOn)}"]`)?.focus();
}

frame(say("cart"));
show();
addEventListener("demo:cart", () => {
  if (!main.contains(document.activeElement)) show();
});
