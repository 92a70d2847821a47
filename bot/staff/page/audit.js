// The audit log, for admins.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { clock, say } from "./words.js";

const COLUMNS = ["when", "who", "act", "conversation", "about", "address"];
const PAGE = 100;
let entries = [];
let isAll = false;

export async function load() {
  entries = [];
  await more();
}

async function more() {
  const before = entries.length ? { before: entries[entries.length - 1].id } : {};
  const found = (await get("audit", before)).entries;
  entries.push(...found);
  isAll = found.length < PAGE;
  show();
}

export function show() {
  const older = element("button", { type: "button", on: { click: more } }, say("audit_older"));
  byId("view-audit").replaceChildren(
    element("h2", { id: "audit-title" }, say("audit_title")),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "audit-title" },
      element("table", {},
        element("thead", {}, element("tr", {}, ...COLUMNS.map((one) => element("th", { scope: "col" }, say(`audit_${one}`))))),
        element("tbody", {}, ...entries.map(line)))),
    isAll ? "" : older);
}

function line(entry) {
  const cells = [clock(Date.parse(entry.at) / 1000), entry.who || say("audit_unknown"), say(`did_${entry.act}`),
    entry.conversation_id, entry.about, entry.address];
  return element("tr", {}, ...cells.map((text) => element("td", {}, text)));
}
