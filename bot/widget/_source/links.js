// Words as people wrote them, with the links in them; only http, https and mailto lead anywhere.

const SAFE = new Set(["http:", "https:", "mailto:"]);
const ADDRESS = /https?:\/\/[^\s<>"'`，。；、！？（）【】《》“”‘’]+|(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+/giu;

/** A URL that may be followed or shown, or null. */
function safeUrl(text, base, allowed = SAFE) {
  try {
    const url = new URL(text, base);
    return allowed.has(url.protocol) && !url.username && !url.password ? url : null;
  } catch {
    return null;
  }
}

/** Text and links, as nodes. */
function linked(text) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(/[.,;:!?)\]}]+$/, "");
    const url = safeUrl(/^(https?|mailto):/i.test(address) ? address : `mailto:${address}`);
    if (!url) continue;
    nodes.push(text.slice(done, found.index));
    nodes.push(make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    done = found.index + address.length;
  }
  nodes.push(text.slice(done));
  return nodes.filter((node) => node !== "");
}

/** Lines as paragraphs; lines that begin with a dash as a list. */
function paragraphs(lines) {
  const nodes = [];
  let list = null;
  for (const line of lines) {
    const point = /^[-•·] (.*)$/.exec(line);
    if (point) {
      if (!list) nodes.push((list = make("ul", { class: "points" })));
      list.append(make("li", {}, linked(point[1])));
    } else {
      list = null;
      if (line.trim()) nodes.push(make("p", { dir: "auto" }, linked(line)));
    }
  }
  return nodes;
}
