// Building elements. Text only ever becomes text nodes; nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners ("onclick": function) and children (nodes or text). */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const ICONS = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.1c-.5.4-1.2.1-1.2-.6V16A2.5 2.5 0 0 1 4 13.5zM8.3 8h7.4M8.3 11.4h4.9",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4.5 12h14M12.5 5.5l6.5 6.5-6.5 6.5",
  picture: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v11a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 17.5zM4.5 16.5l4.3-4.3 3.5 3.5 3-3 4.2 4.2M14.5 8.7h.1",
  save: "M12 4v10.5M7.5 10.5L12 15l4.5-4.5M5 19.5h14",
  heart: "M12 19.5C7 15.8 4 12.9 4 9.4 4 7 5.8 5.2 8 5.2c1.6 0 3.1.9 4 2.4.9-1.5 2.4-2.4 4-2.4 2.2 0 4 1.8 4 4.2 0 3.5-3 6.4-8 10.1z",
  cart: "M3.5 4.5h2.3l2 10.2h9.4l2-7.4H6.6M9.2 19.2h.1M16 19.2h.1",
  back: "M14.5 5.5L8 12l6.5 6.5",
  on: "M9.5 5.5L16 12l-6.5 6.5",
  bag: "M6.2 8.5h11.6l1 10.5a1 1 0 0 1-1 1.1H6.2a1 1 0 0 1-1-1.1zM9 10.5V7.2a3 3 0 0 1 6 0v3.3",
  alert: "M12 7.5v5.5M12 16.4h.1M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
};

/** One of our line drawings; hidden from assistive technology, whose words are beside it. */
function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", width: "20", height: "20", fill: "none", stroke: "currentColor",
    "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round",
    "aria-hidden": "true", focusable: "false", class: `icon icon-${name}`,
  })) drawing.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

/** The words of the interface in one language: say("unread", {n: 3}). */
function words(language) {
  const chosen = STRINGS[language] || STRINGS.en;
  return (key, values = {}) =>
    chosen[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** "zh" or "en", by the nearest language that the page states, else the browser's. */
function languageOf(element) {
  const stated = element.closest("[lang]")?.getAttribute("lang") || navigator.language || "en";
  return /^zh/i.test(stated) ? "zh" : "en";
}

/** An amount as people write it there: {"amount": "399.00", "currency": "CNY"} is ¥399. */
function money(price, language) {
  const amount = Number(price.amount);
  const digits = Number.isInteger(amount) ? 0 : 2;
  try {
    return new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
      style: "currency", currency: price.currency, currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits, maximumFractionDigits: digits,
    }).format(amount);
  } catch {
    return `${price.amount} ${price.currency}`;
  }
}

/** Arrow keys, Home and End move the focus among `items()`, in the direction of the writing. */
function arrows(group, items) {
  group.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(event.composedPath()[0]);
    const rtl = getComputedStyle(group).direction === "rtl";
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : at + (step || NaN);
    if (at < 0 || Number.isNaN(to)) return;
    event.preventDefault();
    rove(all, all[Math.min(Math.max(to, 0), all.length - 1)])?.focus();
  });
}

/** Only `current` of a group is a stop of the Tab key. */
function rove(all, current) {
  for (const one of all) one.tabIndex = one === current ? 0 : -1;
  return current;
}
