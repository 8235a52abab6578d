// What is ticked in a list, each or all: its bar is there once something is, and says how many. The ids of what is
// ticked go along to other pages of the list behind the # of the address, which no server sees. Without this script
// the bar is always there, and only what is on the page can be ticked.
"use strict";

for (const form of document.querySelectorAll("[data-selection]")) {
  const number = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`); // figures as the server's
  const bar = form.querySelector("[data-bulk]");
  const words = bar.querySelector("[data-selected]");
  const boxes = [...form.querySelectorAll(".tick")];
  const all = form.querySelector("[data-select-all]");
  const allBox = all?.querySelector("input");
  const others = new Set(location.hash.match(/^#s=([a-z0-9.]+)$/)?.[1].split(".")); // ticked on other pages
  const sent = Object.assign(document.createElement("input"), { type: "hidden", name: "s" });
  const only = bar.querySelector("[data-only-here]");
  if (only) only.hidden = true;
  form.append(sent);
  for (const box of boxes) if (others.delete(box.value)) box.checked = true;

  const carry = (ids) => {
    const hash = ids.length ? `#s=${ids.join(".")}` : "";
    for (const link of document.querySelectorAll(".pages a")) link.hash = hash;
    for (const go of document.querySelectorAll(".pages form")) go.action = go.action.split("#")[0] + hash;
    if (location.hash !== hash && (hash || location.hash.startsWith("#s="))) {
      history.replaceState(null, "", location.pathname + location.search + hash);
    }
  };
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    const ids = [...others, ...ticked];
    bar.hidden = !ids.length;
    if (all) {
      all.hidden = !boxes.length;
      allBox.checked = ticked.length === boxes.length;
      allBox.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
    }
    const parts = [[ids.length, words.dataset.words], [others.size, words.dataset.others]];
    words.textContent = parts.filter(([many]) => many)
      .map(([many, text]) => text.replace("COUNT", number.format(many))).join(" · ");
    sent.value = [...others].join(".");
    sent.disabled = !others.size;
    carry(ids);
  };
  form.addEventListener("change", ({ target }) => {
    if (target === allBox) for (const box of boxes) box.checked = allBox.checked;
    count();
    target.closest("tr")?.scrollIntoView({ block: "nearest" }); // the bar may have come over it
  });
  form.addEventListener("reset", () => {
    others.clear();
    for (const box of boxes) box.defaultChecked = false;
    requestAnimationFrame(count); // the boxes are cleared after the event
  });
  addEventListener("pageshow", count);
}
