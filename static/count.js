// Live count: while the page is visible, fetches count.json every ten seconds.
// Without this script the page shows the count from when it was rendered. The server sends the whole
// text, so words, digits and order are those of the page.
"use strict";

for (const meter of document.querySelectorAll("[data-meter]")) {
  const write = (selector, parts) => {
    for (const place of meter.querySelectorAll(selector)) place.replaceChildren(...parts());
  };

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  const show = ({ words, heads }) => {
    const [before, figure, after] = words.counted;
    write("[data-count]", () => (figure ? [before, element("b", figure), after] : [element("strong", before)]));
    write("[data-goal]", () => [words.goal]);
    write("[data-as-of]", () => [words.as_of]);
    meter.querySelectorAll(".crowd use").forEach((head, place) => {
      if (heads) head.setAttribute("class", heads[place]);
    });
  };

  const ask = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(meter.dataset.meter, { headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
    } catch {
      // No network: keep the shown count and ask again in the next round.
    }
  };

  setInterval(ask, 10000);
}
