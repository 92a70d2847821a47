// The page's words in the language of whoever reads it.

const LANGUAGES = ["en", "zh"];
const KEPT = "shoptalk-staff-language";
let words = {};
let language = "en";

function liked() {
  let kept = null;
  try { kept = localStorage.getItem(KEPT); } catch { /* private mode */ }
  if (LANGUAGES.includes(kept)) return kept;
  const found = (navigator.languages || []).map((one) => one.slice(0, 2)).find((one) => LANGUAGES.includes(one));
  return found || "en";
}

/** Load the words of a language, the browser's own where none is given. */
export async function speak(chosen = liked()) {
  const answer = await fetch(`/staff/files/${chosen}.json`, { cache: "no-cache" });
  words = await answer.json();
  language = chosen;
  try { localStorage.setItem(KEPT, chosen); } catch { /* private mode */ }
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  for (const one of document.querySelectorAll("[data-words]")) one.textContent = say(one.dataset.words);
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", say(one.dataset.label));
  for (const one of document.querySelectorAll("[data-placeholder]")) one.placeholder = say(one.dataset.placeholder);
}

export const spoken = () => language;
export const has = (key) => key in words;

/** A sentence with its fields filled in. */
export function say(key, fields = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}

/** How long ago a time in seconds since 1970 was, in one unit. */
export function duration(since) {
  const seconds = Math.max(0, Math.round(Date.now() / 1000 - since));
  if (seconds < 60) return say("seconds", { n: seconds });
  if (seconds < 3600) return say("minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return say("hours", { n: Math.floor(seconds / 3600) });
  return say("days", { n: Math.floor(seconds / 86400) });
}

/** A time of the day, with the date where it was another day. */
export function clock(seconds) {
  if (!seconds) return "";
  const when = new Date(seconds * 1000);
  const today = when.toDateString() === new Date().toDateString();
  const form = today ? { hour: "2-digit", minute: "2-digit" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", form).format(when);
}
