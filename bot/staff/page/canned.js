// Answers from the shop's FAQ, to insert into the answer that is being written.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { say } from "./words.js";

const MOST = 30;
let answers = null;
let language = "en";

export function begin() {
  byId("canned").addEventListener("toggle", async () => {
    if (byId("canned").open && answers === null) {
      answers = (await get("answers")).answers;
      show();
    }
  });
  byId("canned-search").addEventListener("input", show);
  byId("canned-search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

export function use(spoken) {
  if (spoken === language) return;
  language = spoken;
  if (answers !== null) show();
}

export const close = () => { byId("canned").open = false; };

export function show() {
  const words = byId("canned-search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = (answers || []).map(spoken).filter(([question, answer]) => {
    const text = `${question} ${answer}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rows = fitting.slice(0, MOST).map(([question, answer]) => element("li", {},
    element("button", { type: "button", on: { click: () => insert(answer) } },
      element("strong", {}, question), element("span", { class: "words" }, answer))));
  byId("canned-list").replaceChildren(...(rows.length ? rows : [element("li", { class: "quiet" }, say("canned_none"))]));
}

/** Question and answer in the shopper's language, in another one where there is no other. */
function spoken(entry) {
  const question = entry.question[language] ?? Object.values(entry.question)[0] ?? "";
  const answer = entry.answer[language] ?? Object.values(entry.answer)[0] ?? "";
  return [question, answer];
}

function insert(answer) {
  const box = byId("text");
  box.value = box.value.trim() ? `${box.value.trimEnd()}\n${answer}` : answer;
  box.dispatchEvent(new Event("input"));
  close();
  box.focus();
  byId("news").textContent = say("inserted");
}
