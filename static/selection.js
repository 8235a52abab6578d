// What is ticked in a list, each or all: its bar is there once something is, and says how many. Without this script
// it is always there.
"use strict";

for (const form of document.querySelectorAll("[data-selection]")) {
  const number = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`); // figures as the server's
  const bar = form.querySelector("[data-bulk]");
  const words = bar.querySelector("[data-selected]");
  const boxes = [...form.querySelectorAll(".tick")];
  const all = form.querySelector("[data-select-all]");
  const allBox = all?.querySelector("input");
  const count = () => {
    const many = form.querySelectorAll(".tick:checked").length;
    bar.hidden = !many;
    if (all) {
      all.hidden = !boxes.length;
      allBox.checked = many === boxes.length;
      allBox.indeterminate = many > 0 && many < boxes.length;
    }
    words.textContent = many ? words.dataset.words.replace("COUNT", number.format(many)) : "";
  };
  form.addEventListener("change", ({ target }) => {
    if (target === allBox) for (const box of boxes) box.checked = allBox.checked;
    count();
    target.closest("tr")?.scrollIntoView({ block: "nearest" }); // the bar may have come over it
  });
  form.addEventListener("reset", () => requestAnimationFrame(count)); // the boxes are cleared after the event
  addEventListener("pageshow", count);
}
