// The cart: kept in the browser, and nowhere else.

const KEY = "demo:cart";

/** What is in it: [{id, title, price, image, url, variant, quantity}]. */
export function basket() {
  try {
    const items = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(items) ? items.filter((item) => item && typeof item.id === "string") : [];
  } catch {
    return [];
  }
}

/** How many pieces are in it. */
export function pieces() {
  return basket().reduce((sum, item) => sum + item.quantity, 0);
}

/** Put one more of a product into it. */
export function put({ id, title, price, image, url, choices, attributes }) {
  const items = basket();
  const known = items.find((item) => item.id === id);
  if (known) known.quantity = Math.min(99, known.quantity + 1);
  else {
    // What tells this variant from the others: stated on the product's page, or on a card.
    const variant = Object.values(choices || { size: attributes?.size }).filter(Boolean).join(" · ");
    items.push({ id, title, price, image, url, variant, quantity: 1 });
  }
  keep(items);
}

/** Set how many of a product are in it; none takes it out. */
export function set(id, quantity) {
  const items = basket();
  const known = items.find((item) => item.id === id);
  if (known) known.quantity = Math.min(99, quantity);
  keep(items.filter((item) => item.quantity > 0));
}

function keep(items) {
  localStorage.setItem(KEY, JSON.stringify(items));
  dispatchEvent(new CustomEvent("demo:cart"));
}
