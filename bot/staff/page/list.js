// The list of conversations: who waits, mine, colleagues', the assistant's.

import { get } from "./api.js";
import { byId, element, refill } from "./dom.js";
import { clock, duration, has, say } from "./words.js";

const GROUPS = ["waiting", "mine", "others", "bot"];
let rows = [];
let digest = "";
let opened = "";
let waitingBefore = null;
let open = () => {};
let leads = false;

export function begin(choose, isLead) {
  open = choose;
  leads = isLead;
  byId("list").addEventListener("keydown", move);
  setInterval(() => { for (const one of byId("list").querySelectorAll("[data-since]")) one.textContent = wait(one.dataset.since); }, 1000);
}

/** One look, which the server answers when there is something new; how many requests are open. */
export async function look() {
  const found = await get("conversations", { known: digest, wait: digest ? 20 : 0 });
  digest = found.digest;
  rows = found.conversations;
  show();
  return found.requests;
}

export function mark(id) {
  opened = id;
  const row = rows.find((one) => one.id === id);
  if (row) row.unread = false;
  show();
}

export function channelName(channel) {
  return has(`channel_${channel}`) ? say(`channel_${channel}`) : channel;
}

export function reasonOf(row) {
  if (!row.reason) return "";
  return say(has(`reason_${row.reason}`) ? `reason_${row.reason}` : "reason_other");
}

export function show() {
  const sections = GROUPS.filter((group) => leads || group === "waiting" || group === "mine").map((group) => {
    const mine = rows.filter((row) => row.group === group);
    return element("section", { class: `group ${group}`, "aria-labelledby": `group-${group}` },
      element("h2", { id: `group-${group}` }, say(group), " ", mine.length ? element("span", { class: "count" }, String(mine.length)) : null),
      mine.length ? element("ul", {}, ...mine.map(item)) : element("p", { class: "quiet none" }, say(`none_${group}`)));
  });
  const top = byId("list").scrollTop;
  refill(byId("list"), sections);
  byId("list").scrollTop = top;
  tell();
}

function item(row) {
  const name = shortName(row);
  const told = row.group === "others" ? say("with", { name: row.person }) : reasonOf(row);
  const words = row.group === "waiting" ? wish(row.summary) || row.said : row.said || row.summary;
  return element("li", {}, element("button", {
    type: "button", class: "row", "data-key": row.id, "aria-current": row.id === opened ? "true" : null,
    on: { click: () => open(row.id) },
  },
  element("span", { class: "line" },
    element("strong", {}, name),
    row.since ? element("span", { class: "wait", "data-since": row.since }, wait(row.since))
      : element("span", { class: "quiet" }, clock(row.updated_at))),
  told ? element("span", { class: "told" }, told) : null,
  element("span", { class: "words" }, words || "—"),
  row.unread && row.id !== opened ? element("span", { class: "dot" }, element("span", { class: "unseen" }, say("unread", { n: "" }).trim())) : null));
}

/** What a summary says after its first line, which the reason says already. */
const wish = (summary) => summary.split("\n").slice(summary.includes("\n") ? 1 : 0).join(" ");

/** Shoppers have no names here: the channel and the end of the address tell them apart. */
export function shortName(row) {
  return `${channelName(row.channel)} · ${row.id.slice(-4)}`;
}

const wait = (since) => say("waits", { time: duration(Number(since)) });

/** The number in the title, and a word for those who listen where somebody new waits. */
function tell() {
  const waiting = rows.filter((row) => row.group === "waiting");
  const fresh = rows.filter((row) => row.group === "mine" && row.unread && row.id !== opened);
  const number = waiting.length + fresh.length;
  const shop = byId("shop").textContent;
  document.title = `${number ? `(${number}) ` : ""}${say("title")}${shop ? ` · ${shop}` : ""}`;
  const ids = new Set(waiting.map((row) => row.id));
  if (waitingBefore && [...ids].some((id) => !waitingBefore.has(id))) {
    byId("news").textContent = say("new_waiting", { n: waiting.length });
  }
  waitingBefore = ids;
}

/** Arrow keys go from one conversation to the next. */
function move(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const buttons = [...byId("list").querySelectorAll("button.row")];
  const at = buttons.indexOf(document.activeElement);
  const next = buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) { next.focus(); event.preventDefault(); }
}
