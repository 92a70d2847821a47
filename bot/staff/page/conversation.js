// The conversation that is open: what was said, and what can be done.

import { Failure, get, post } from "./api.js";
import { byId, element } from "./dom.js";
import * as canned from "./canned.js";
import { channelName, reasonOf, shortName } from "./list.js";
import { messageElement } from "./message.js";
import { has, say } from "./words.js";

const drafts = new Map();
let me = {};
let row = null;
let messages = [];
let id = "";
let after = 0;
let state = "";
let polling = null;
let isAtEnd = true;
let trouble = () => {};

export function begin(person, showTrouble) {
  me = person;
  trouble = showTrouble;
  byId("take").addEventListener("click", () => act("take"));
  byId("hand-back").addEventListener("click", () => sure(true));
  byId("sure-no").addEventListener("click", () => { sure(false); byId("hand-back").focus(); });
  byId("sure-yes").addEventListener("click", () => { sure(false); act("hand-back"); });
  byId("answer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  byId("log").addEventListener("scroll", () => { isAtEnd = atEnd(); });
  // The end stays in sight when what stands around it grows.
  new ResizeObserver(() => { if (isAtEnd) toEnd(); }).observe(byId("log"));
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
  });
  byId("text").addEventListener("input", () => drafts.set(id, { ...drafts.get(id), text: byId("text").value, key: null }));
}

export const openId = () => id;

/** Show another conversation and follow it. */
export async function open(chosen) {
  if (polling) polling.abort();
  polling = new AbortController();
  [id, after, state, row, messages] = [chosen, 0, "", null, []];
  byId("log").replaceChildren();
  byId("text").value = drafts.get(id)?.text || "";
  sure(false);
  canned.close();
  byId("nothing").hidden = true;
  byId("open").hidden = false;
  document.body.classList.add("reading");
  const signal = polling.signal;
  let pause = 1000;
  while (!signal.aborted) {
    try {
      const found = await get("messages", { conversation: chosen, after, known: state, wait: state ? 20 : 0 }, signal);
      if (signal.aborted) return;
      take(found);
      pause = 1000;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Failure && error.status === 404) { close(row?.mine || row?.status === "waiting" ? "gone" : ""); return; }
      await new Promise((go) => setTimeout(go, pause));
      pause = Math.min(15000, pause * 2);
    }
  }
}

export function close(words = "") {
  if (polling) polling.abort();
  id = "";
  byId("open").hidden = true;
  byId("nothing").hidden = false;
  document.body.classList.remove("reading");
  if (words) trouble(say(words));
}

/** All of it again, in another language. */
export function redraw() {
  if (!row) return;
  byId("log").replaceChildren(...messages.map((one) => messageElement(one, id, me)));
  head();
}

function take(found) {
  const log = byId("log");
  isAtEnd = !after || atEnd();
  const fresh = found.messages.filter((one) => one.seq > after);
  const before = row;
  row = found.conversation;
  state = found.state;
  for (const one of fresh) {
    messages.push(one);
    log.append(messageElement(one, id, me));
    after = one.seq;
  }
  byId("typing").hidden = !found.typing || row.status !== "bot";
  if (before && before.mine && !row.mine) trouble(say(row.status === "bot" ? "gone_bot" : "gone"));
  head();
  if (isAtEnd) toEnd();
}

function atEnd() {
  const log = byId("log");
  return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
}

function toEnd() {
  byId("log").scrollTop = byId("log").scrollHeight;
}

function head() {
  byId("who").textContent = shortName(row);
  const parts = [channelName(row.channel), row.language === "zh" ? "中文" : "English"];
  if (row.status === "bot") parts.push(say("bot"));
  else if (row.status === "waiting") parts.push(say("waiting"));
  else parts.push(say("with", { name: row.mine ? me.shown_as : row.person }));
  if (row.reason) parts.push(reasonOf(row));
  byId("state").textContent = parts.join(" · ");
  byId("summary").textContent = row.summary || say("no_summary");
  byId("summary-box").hidden = row.status === "bot" && !row.summary;
  const taking = byId("take");
  taking.hidden = !row.may_take;
  taking.textContent = row.status === "person" ? say("take_from", { name: row.person }) : say("take");
  taking.title = say("take_hint");
  byId("hand-back").hidden = !row.may_hand_back;
  if (!row.may_hand_back) sure(false);
  byId("answer").hidden = !row.mine;
  canned.use(row.language);
}

function sure(ask) {
  byId("sure").hidden = !ask;
  if (ask) byId("sure-yes").focus();
}

async function act(what) {
  const chosen = id;
  const button = byId(what);
  const leaves = what === "hand-back" && !me.leads;
  button.disabled = true;
  // What agents hand back they do not see any longer: nothing more is asked about it.
  if (leaves) polling.abort();
  try {
    await post(what, { conversation: chosen });
    trouble("");
    if (chosen !== id) return;
    if (leaves) { close(); byId("list").querySelector("button")?.focus(); return; }
    const found = await get("messages", { conversation: chosen, after });
    take(found);
    if (what === "take") byId("text").focus();
    else byId("conversation").focus();
  } catch (error) {
    if (error instanceof Failure && error.status === 404) { close(); return; }
    if (leaves && chosen === id) open(chosen);
    fail(error);
  } finally {
    button.disabled = false;
  }
}

/** The same words under the same key are said once, however often they are sent. */
async function send() {
  const chosen = id;
  const text = byId("text").value;
  if (!text.trim() || byId("send").disabled) return;
  const key = drafts.get(chosen)?.key || crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`;
  drafts.set(chosen, { text, key });
  byId("send").disabled = true;
  try {
    await post("answer", { conversation: chosen, id: key, text });
    drafts.delete(chosen);
    if (chosen === id) byId("text").value = "";
    trouble("");
    if (chosen === id) take(await get("messages", { conversation: chosen, after }));
  } catch (error) {
    fail(error);
  } finally {
    byId("send").disabled = false;
    if (chosen === id) byId("text").focus();
  }
}

function fail(error) {
  const code = error instanceof Failure ? error.code : "other";
  trouble(say("failed", { why: say(has(`error_${code}`) ? `error_${code}` : "error_other") }));
}
