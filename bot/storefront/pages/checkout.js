// Where the shop's own checkout would be.

import { frame } from "./frame.js";
import { make } from "./make.js";
import { say } from "./words.js";

frame(say("checkout"));
document.getElementById("main").replaceChildren(
  make("div", { class: "end" }, make("h1", {}, say("checkout_title")), make("p", {}, say("checkout_text")),
    make("p", { class: "buttons" }, make("a", { class: "quiet", href: "/shop/cart" }, say("back")))));
