// Messages as elements: the transcript's own, and those that wait to be sent.

/** One message of the transcript. */
function messageNode(message, context) {
  const { say } = context;
  if (message.author === "notice")
    return make("div", { class: "notice", part: "notice" }, paragraphs((message.text || "").split("\n")));
  const own = message.author === "shopper";
  const node = make("div", {
    class: `message ${message.author}${message.custom?.type === "error" ? " error" : ""}`,
    part: `message ${own ? "message-own" : "message-other"}`,
  });
  const name = own ? say("you") : message.author === "person" ? message.name || say("person") : say("assistant");
  const stamp = message.author === "person" ? "name" : "hidden";
  node.append(make("p", { class: stamp }, `${name}${stamp === "hidden" ? ":" : ""}`));
  if (message.picture) node.append(sentPicture(message, context));
  const { before, after } = own ? { before: (message.text || "").split("\n"), after: [] } : linesAround(message);
  const bubble = (lines) => {
    const nodes = paragraphs(lines);
    if (nodes.length) node.append(make("div", { class: "bubble" }, nodes));
  };
  const data = own ? null : shown(message.custom, context);
  if (message.custom?.type === "details" || message.custom?.type === "explanation") {
    if (data) node.append(data);
    bubble([...before, ...after]);
    return node;
  }
  bubble(before);
  if (data) {
    node.classList.add("wide");
    node.append(data);
  }
  bubble(after);
  return node;
}

/** A picture that the shopper sent, fetched as the session and drawn. */
function sentPicture(message, context) {
  const canvas = make("canvas", { class: "sent", role: "img", "aria-label": context.say("picture_sent"), width: "4", height: "3" });
  context.picture(message.picture).then((blob) => drawPicture(canvas, blob)).catch(() => {
    canvas.replaceWith(make("p", { class: "bubble" }, context.say("picture_sent")));
  });
  return canvas;
}

/** A message on its way; where it was refused, why, and what can be done. */
function pendingNode(item, context) {
  const { say } = context;
  const node = make("div", { class: "message shopper pending", part: "message message-own" },
    make("p", { class: "hidden" }, `${say("you")}:`),
    item.picture && make("div", { class: "bubble" }, make("p", {}, say("picture_sent"))),
    item.text && make("div", { class: "bubble" }, paragraphs(item.text.split("\n"))),
    make("div", { class: "fate" }));
  markPending(node, item, context);
  return node;
}

/** Say how it stands with a message on its way. */
function markPending(node, item, context) {
  const { say } = context;
  const fate = node.querySelector(".fate");
  const state = item.failed ? `failed ${item.failed}` : item.seq ? "sent" : "sending";
  if (fate.dataset.state === state) return;
  fate.dataset.state = state;
  if (item.failed) {
    fate.replaceChildren(icon("alert"), make("span", {}, `${say("failed")} ${item.failed}`),
      make("button", { type: "button", onclick: () => context.chat.retry(item) }, say("retry")),
      make("button", { type: "button", onclick: () => context.chat.discard(item) }, say("discard")));
  } else {
    fate.replaceChildren(item.seq ? "" : say("sending"));
  }
  node.classList.toggle("failed", Boolean(item.failed));
}
