// The desk: puts its parts together and keeps them up to date.

import { forever, get, post, useToken } from "./api.js";
import * as audit from "./audit.js";
import * as canned from "./canned.js";
import * as conversation from "./conversation.js";
import { byId } from "./dom.js";
import * as list from "./list.js";
import * as requests from "./requests.js";
import { say, speak, spoken } from "./words.js";

const LOADS = { conversations: () => {}, requests: requests.load, audit: audit.load };
let me = {};
let view = "conversations";

function trouble(words) {
  byId("trouble").textContent = words;
  byId("trouble").hidden = !words;
}

function openConversation(id) {
  show("conversations");
  trouble("");
  conversation.open(id);
  list.mark(id);
  if (byId("conversation").getBoundingClientRect().top >= 0) byId("conversation").focus({ preventScroll: true });
}

async function show(name) {
  view = name;
  for (const tab of byId("tabs").querySelectorAll("button")) {
    if (tab.dataset.view === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  for (const one of Object.keys(LOADS)) byId(`view-${one}`).hidden = one !== name;
  await LOADS[name]();
}

function introduce() {
  byId("shop").textContent = me.shop;
  byId("me").textContent = `${me.shown_as} · ${say(`role_${me.role}`)}`;
}

async function changeLanguage() {
  await speak(byId("language").value);
  introduce();
  list.show();
  conversation.redraw();
  canned.show();
  if (view === "requests") requests.show();
  if (view === "audit") audit.show();
}

async function start() {
  await speak();
  byId("language").value = spoken();
  me = await get("me");
  useToken(me.form_token);
  introduce();
  list.begin(openConversation, me.leads);
  conversation.begin(me, trouble);
  canned.begin();
  requests.begin(openConversation);
  for (const tab of byId("tabs").querySelectorAll("button")) {
    tab.hidden = (tab.dataset.view === "requests" && !me.leads) || (tab.dataset.view === "audit" && !me.audits);
    tab.addEventListener("click", () => show(tab.dataset.view));
  }
  byId("tabs").hidden = !me.leads;
  byId("language").addEventListener("change", changeLanguage);
  byId("back").addEventListener("click", () => { conversation.close(); list.mark(""); byId("list").querySelector("button")?.focus(); });
  byId("log-out").addEventListener("click", async () => { await post("logout", {}); location.assign("/staff/"); });
  await forever(async () => {
    const open = await list.look();
    byId("requests-count").hidden = !open;
    byId("requests-count").textContent = open ? String(open) : "";
  }, (error) => {
    if (error) trouble(say("offline"));
    else if (byId("trouble").textContent === say("offline")) trouble("");
  });
}

start();
