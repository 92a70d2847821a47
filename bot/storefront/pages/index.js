// The grid: departments, search, pages.

import { failed, frame, note, price, rating, stock, titled } from "./frame.js";
import { fetched, make } from "./make.js";
import { language, say } from "./words.js";

const asked = new URLSearchParams(location.search);
const department = asked.get("department") || "";
const words = (asked.get("words") || "").slice(0, 100);
const page = Math.max(1, Number.parseInt(asked.get("page") || "1", 10) || 1);
const main = document.getElementById("main");

function address(changes) {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries({ department, words, ...changes })) if (value && value !== 1) search.set(key, value);
  const text = search.toString();
  return text ? `/shop/?${text}` : "/shop/";
}

function tile(item, rank) {
  return make("li", { class: "tile" },
    make("a", { href: item.url, onclick: () => note("clicked", item.id, rank) },
      make("img", { src: item.image, alt: "", width: "480", height: "360", loading: rank > 8 ? "lazy" : "eager" }),
      make("h2", {}, item.title)),
    price(item), make("div", { class: "facts" }, stock(item), rating(item)));
}

function pager(found) {
  if (found.pages < 2) return null;
  const link = (to, key) => (to < 1 || to > found.pages ? make("span", { class: "off" })
    : make("a", { href: address({ page: to }), rel: key === "next" ? "next" : "prev" }, say(key)));
  return make("nav", { class: "pager", "aria-label": say("pages") },
    link(page - 1, "previous"), make("span", {}, say("page", { page, pages: found.pages })), link(page + 1, "next"));
}

frame("", words);
try {
  const query = new URLSearchParams({ lang: language, department, words, page });
  const [departments, found] = await Promise.all([fetched(`departments?lang=${language}`), fetched(`products?${query}`)]);
  const all = [{ id: "", name: say("all") }, ...departments];
  const name = all.find((one) => one.id === department)?.name || say("all");
  if (department) titled(name);
  main.replaceChildren(
    make("nav", { class: "departments", "aria-label": say("departments") }, make("ul", {}, all.map((one) =>
      make("li", {}, make("a", { href: address({ department: one.id, page: 1 }), "aria-current": one.id === department ? "page" : null }, one.name))))),
    make("div", { class: "shelf" },
      make("h1", {}, name),
      make("p", { class: "found", role: "status" }, say(words ? "found_for" : "found", { n: found.count, words })),
      found.items.length ? make("ul", { class: "grid" }, found.items.map((item, at) => tile(item, (page - 1) * 24 + at + 1)))
        : make("p", { class: "note" }, say("nothing")),
      pager(found)));
} catch {
  failed(main);
}
