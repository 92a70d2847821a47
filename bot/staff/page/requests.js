// What shoppers asked people to do about their orders.

import { get, post } from "./api.js";
import { byId, element } from "./dom.js";
import { clock, has, say } from "./words.js";

let go = () => {};
let requests = [];

export function begin(openConversation) {
  go = openConversation;
}

export async function load() {
  requests = (await get("requests")).requests;
  show();
}

export function show() {
  byId("view-requests").replaceChildren(
    element("h2", {}, say("requests_title")),
    requests.length ? element("ul", { class: "requests" }, ...requests.map(item)) : element("p", { class: "quiet" }, say("requests_none")));
}

function item(request) {
  const kind = say(has(`request_${request.kind}`) ? `request_${request.kind}` : "request_other");
  const done = element("button", { type: "button", class: "main" }, say("done"));
  done.addEventListener("click", async () => {
    done.disabled = true;
    try {
      await post("requests/done", { id: request.id });
      byId("news").textContent = say("done_said");
    } finally {
      await load();
    }
    byId("view-requests").querySelector("button")?.focus();
  });
  return element("li", {},
    element("div", { class: "what" },
      element("h3", {}, kind, request.order ? ` · ${say("order", { number: request.order })}` : ""),
      element("p", { class: "quiet" }, clock(request.at)),
      request.text ? element("p", { class: "text" }, request.text) : null),
    element("div", { class: "moves" },
      request.conversation ? element("button", { type: "button", on: { click: () => go(request.conversation) } }, say("go_to_conversation")) : null,
      done));
}
