// One message of the transcript, built from text only.

import { element, link } from "./dom.js";
import { clock, has, say } from "./words.js";

export function messageElement(message, conversation, me) {
  const who = author(message, me);
  return element("article", { class: `message ${message.author}`, "data-seq": message.seq },
    message.author === "notice" ? null : element("header", {}, element("strong", {}, who), " ",
      element("time", { class: "quiet", datetime: message.at ? new Date(message.at * 1000).toISOString() : null }, clock(message.at))),
    act(message),
    message.text ? element("p", { class: "text" }, message.text) : null,
    picture(message, conversation),
    products(message),
    message.buttons.length ? element("ul", { class: "replies", "aria-label": say("quick_replies") },
      ...message.buttons.map((one) => element("li", {}, one))) : null);
}

function author(message, me) {
  if (message.author === "shopper") return say("shopper");
  if (message.author === "bot") return say("assistant");
  if (message.author === "person") return message.name === me.shown_as ? `${say("you")} (${me.shown_as})` : message.name;
  return say("notice");
}

function act(message) {
  if (!message.act) return null;
  const key = has(`act_${message.act}`) ? `act_${message.act}` : "act_other";
  return element("p", { class: "act quiet" }, say(key, { products: message.act_products.join(", ") }));
}

function picture(message, conversation) {
  if (!message.picture) return null;
  const query = new URLSearchParams({ conversation, name: message.picture });
  const image = element("img", { src: `/staff/api/picture?${query}`, alt: say("picture"), loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(element("p", { class: "quiet" }, say("picture_gone"))));
  return image;
}

function products(message) {
  if (!message.products.length) return null;
  const rows = message.products.map((one, at) => element("li", {},
    element("span", { class: "number", "aria-hidden": "true" }, `${at + 1}`),
    element("span", { class: "title" }, one.title, one.reasons ? element("span", { class: "reasons quiet" }, one.reasons) : null),
    one.price ? element("span", { class: "price" }, one.price) : null,
    one.url ? link(one.url, say("open_product")) : null));
  return element("div", { class: "products" },
    element("h3", {}, say("shown")),
    element("ul", {}, ...rows),
    message.more_products ? element("p", { class: "quiet" }, say("more_products", { n: message.more_products })) : null);
}
