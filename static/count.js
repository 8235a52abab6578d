// Live count: while the page is seen, ask for count.json every ten seconds.
// Without this script the page shows the count of the moment it was made.
"use strict";

for (const meter of document.querySelectorAll("[data-meter]")) {
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const plural = new Intl.PluralRules(language);
  const british = language === "en" ? "en-GB" : language;
  const day = new Intl.DateTimeFormat(british, { dateStyle: "long", timeZone: "UTC" });
  const time = new Intl.DateTimeFormat(british, { timeStyle: "short", timeZone: "UTC" });

  const write = (selector, text) => {
    for (const element of meter.querySelectorAll(selector)) element.textContent = text;
  };

  const show = ({ count, goal, as_of: asOf }) => {
    write("[data-count]", number.format(count));
    write("[data-goal]", number.format(goal));
    const moment = new Date(asOf);
    write("[data-as-of]", `${day.format(moment)}, ${time.format(moment)} UTC`);
    for (const label of meter.querySelectorAll("[data-words]")) {
      // Words for 1, 2, 5, 11 and 100: one of them has the plural form that the count needs.
      const words = label.dataset.words.split("|");
      const alike = [1, 2, 5, 11, 100].findIndex((n) => plural.select(n) === plural.select(count));
      label.textContent = words[Math.max(alike, 0)];
    }
    for (const bar of meter.querySelectorAll("progress")) {
      bar.max = goal;
      bar.value = count;
    }
  };

  const ask = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(meter.dataset.meter, { headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
    } catch {
      // No network: the count that is shown stays, and the next round asks again.
    }
  };

  setInterval(ask, 10000);
}
