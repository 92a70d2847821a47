// What of a reply's text is still to be read where its data is shown as cards or as a table.

/** {before, after}: the lines above and below what is shown; a list's own lines are left out. */
function linesAround(message) {
  const lines = (message.text || "").split("\n");
  const { items = [], rows = [], type } = message.custom || {};
  let shown = () => false;
  if (type === "products" || type === "list") {
    const total = message.custom.plan?.total && String(Number(message.custom.plan.total.amount));
    shown = (line) => (/^\d+[.、] /.test(line) && items.some((item) => line.includes(item.title)))
      || Boolean(total && line.replaceAll(",", "").includes(total));
  } else if (type === "comparison") {
    shown = (line) => rows.some((row) => line.startsWith(row.name) && row.values.every((v) => line.includes(v)));
  } else if (type === "details") {
    shown = (line) => items.some((item) => line === item.title);
  }
  const first = lines.findIndex(shown);
  if (first < 0) return { before: lines, after: [] };
  return {
    before: lines.slice(0, first).filter((line) => !shown(line)),
    after: lines.slice(first).filter((line) => !shown(line)),
  };
}

/** Quick replies as {title, payload}, whichever form they came in. */
function quickReplies(message) {
  return (message.buttons || []).map((one) =>
    typeof one === "string" ? { title: one, payload: one } : { title: String(one.title), payload: String(one.payload ?? one.title) });
}

/** The conversation as plain text, for the shopper to keep. */
function transcript(messages, say, language) {
  const names = { shopper: say("you"), bot: say("assistant"), person: say("person"), notice: "" };
  const locale = language === "zh" ? "zh-CN" : "en";
  return messages.map((message) => {
    const at = message.at ? new Date(message.at).toLocaleString(locale) : "";
    const who = message.name || names[message.author] || "";
    const text = message.text || (message.picture ? say("picture_sent") : "");
    return `${[at, who].filter(Boolean).join(" · ")}\n${text}\n`;
  }).join("\n");
}
