// The page's language, before anything is drawn: what the address says, else what was chosen.
{
  const asked = new URLSearchParams(location.search).get("lang");
  const known = asked || localStorage.getItem("demo:language") || navigator.language;
  const language = /^zh/i.test(known) ? "zh" : "en";
  if (asked) localStorage.setItem("demo:language", language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
