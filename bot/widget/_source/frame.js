// The elements that are always there: launcher, panel, header, transcript, notes, composer.

/** The launcher; the number of unread messages is part of its name. */
function launcherNode(say, open) {
  const badge = make("span", { class: "badge", part: "badge", "aria-hidden": "true", hidden: true });
  const node = make("button", {
    type: "button", class: "launcher", part: "launcher", "aria-label": say("open"),
    "aria-haspopup": "dialog", "aria-expanded": "false", onclick: open,
  }, icon("chat"), badge);
  return { node, badge };
}

/** A round button with a symbol and a name. */
function symbolButton(symbol, label, onclick, kind = "plain") {
  return make("button", { type: "button", class: `symbol ${kind}`, "aria-label": label, title: label, onclick }, icon(symbol));
}

/** Header, transcript, notes and composer as named parts. */
function panelNodes(say, title, does) {
  const log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": say("log") });
  const replies = make("div", { class: "replies" });
  const typing = make("div", { class: "typing", role: "status", part: "typing" });
  const scroll = make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("log") }, log, typing, replies);
  const status = make("div", { class: "status", role: "status", part: "status" });
  const alert = make("div", { class: "alert", role: "alert" });
  const compare = make("div", { class: "compare", hidden: true });
  const input = make("textarea", {
    rows: "1", dir: "auto", "aria-label": say("message"), placeholder: say("placeholder"), maxlength: "2000",
    enterkeyhint: "send", autocomplete: "off", oninput: does.typed, onkeydown: does.key, onpaste: does.pasted,
  });
  const file = make("input", { type: "file", accept: PICTURE_TYPES.join(","), hidden: true, tabindex: "-1", "aria-hidden": "true", onchange: does.chosen });
  const attached = make("div", { class: "attached", hidden: true });
  const left = make("p", { class: "left", "aria-live": "polite" });
  const send = make("button", { type: "submit", class: "symbol send", part: "send", "aria-label": say("send"), title: say("send"), disabled: true }, icon("send"));
  const form = make("form", { class: "composer", part: "composer", novalidate: true, onsubmit: does.submitted },
    attached, left,
    make("div", { class: "line" },
      symbolButton("picture", say("attach"), () => file.click()), file, input, send));
  const header = make("div", { class: "header", part: "header" },
    make("span", { class: "mark", "aria-hidden": "true" }, icon("chat")),
    make("h2", { id: "title" }, title),
    symbolButton("save", say("save"), does.save),
    symbolButton("close", say("close"), does.close));
  const node = make("div", { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title", hidden: true },
    header, status, scroll, alert, compare, form);
  node.addEventListener("keydown", does.panelKey);
  return { node, header, log, replies, typing, scroll, status, alert, compare, input, file, attached, left, send, form };
}
