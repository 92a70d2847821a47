// One product: variants, price, stock, details, and the way into the cart.

import { put } from "./basket.js";
import { failed, frame, note, price, rating, stock, titled } from "./frame.js";
import { fetched, make } from "./make.js";
import { language, say } from "./words.js";

const main = document.getElementById("main");
const id = decodeURIComponent(location.pathname.split("/").pop());

/** The variant with this choice that shares most of the other choices; available ones first. */
function nearest(product, chosen, attribute, value) {
  const fits = product.variants.filter((one) => one.choices[attribute] === value);
  const score = (one) => product.choices.filter(({ attribute: a }) => one.choices[a] === chosen.choices[a]).length * 2 + (one.availability !== "out_of_stock");
  return fits.sort((a, b) => score(b) - score(a))[0];
}

function chooser(product, chosen, choose) {
  return product.choices.map(({ attribute, name }) => {
    const values = [...new Set(product.variants.map((one) => one.choices[attribute]).filter(Boolean))];
    const field = make("fieldset", { class: "choice" }, make("legend", {}, name));
    for (const value of values) {
      const input = make("input", { type: "radio", name: attribute, value, checked: chosen.choices[attribute] === value,
        onchange: () => choose(nearest(product, chosen, attribute, value), attribute) });
      field.append(make("label", {}, input, make("span", {}, value)));
    }
    return field;
  });
}

function show(product, chosen, focusOn = "") {
  const sold = chosen.availability === "out_of_stock";
  const said = make("p", { class: "said", role: "status" });
  const crumbs = [make("li", {}, make("a", { href: "/shop/" }, say("home"))),
    ...product.path.map((name, at) => make("li", {}, at === 0 ? make("a", { href: `/shop/?department=${encodeURIComponent(product.department)}` }, name) : name))];
  main.replaceChildren(
    make("nav", { class: "path", "aria-label": say("path") }, make("ol", {}, crumbs)),
    make("article", { class: "product" },
      make("img", { src: chosen.image, alt: chosen.title, width: "480", height: "360" }),
      make("div", { class: "offer" },
        chosen.brand && make("p", { class: "brand" }, chosen.brand),
        make("h1", {}, chosen.title), rating(chosen), price(chosen), stock(chosen),
        chooser(product, chosen, (variant, attribute) => {
          history.replaceState(null, "", variant.url);
          show(product, variant, attribute);
        }),
        make("div", { class: "buttons" },
          make("button", { type: "button", class: "primary", disabled: sold, onclick: () => {
            put(chosen);
            note("carted", chosen.id);
            said.textContent = say("added");
          } }, sold ? say("out_of_stock") : say("add")),
          make("button", { type: "button", class: "quiet", onclick: () => document.querySelector("shop-talk").say(say("ask_words", { title: chosen.title })) }, say("ask"))),
        said,
        make("p", { class: "description" }, product.description))),
    product.attributes.length ? make("section", { class: "details" }, make("h2", {}, say("details")),
      make("dl", {}, product.attributes.flatMap(({ name, value }) => [make("dt", {}, name), make("dd", {}, value)]))) : "");
  if (focusOn) main.querySelector(`input[name="${focusOn}"]:checked`)?.focus();
}

frame("");
try {
  const product = await fetched(`products/${encodeURIComponent(id)}?lang=${language}`);
  titled(product.title);
  show(product, product.variants.find((one) => one.id === id) || product.variants[0]);
} catch (problem) {
  if (problem.status === 404) main.replaceChildren(make("p", { class: "note" }, say("gone")));
  else failed(main);
}
