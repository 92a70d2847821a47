// Builds the page out of elements and text; nothing is ever parsed as HTML.

/** An element with attributes (null leaves one out) and children, texts among them. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") made.className = value;
    else if (key === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** A link only where it leads to a page. */
export function link(url, text) {
  let safe = "";
  try {
    const parsed = new URL(url);
    if (parsed.protocol === "https:" || parsed.protocol === "http:") safe = parsed.href;
  } catch { /* no address */ }
  if (!safe) return null;
  return element("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** Replace what is in an element, and keep the focus on what has the same data-key. */
export function refill(parent, children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  parent.replaceChildren(...children);
  if (key) {
    const again = [...parent.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (again) again.focus({ preventScroll: true });
  }
}
