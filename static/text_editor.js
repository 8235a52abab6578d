// Forms with long texts: count characters, save on Ctrl+S, warn about unsaved changes.
"use strict";

for (const form of document.querySelectorAll("[data-writing]")) {
  const number = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`); // figures as the server's
  let changed = false;
  let leaving = false;

  const count = (counter) => {
    const field = document.getElementById(counter.dataset.counter);
    const most = Number(counter.dataset.most);
    const length = [...field.value].length;
    const words = counter.dataset.words.replace("COUNT", number.format(length));
    counter.textContent = words.replace("MOST", number.format(most));
    counter.classList.toggle("over", length > most);
  };

  for (const counter of form.querySelectorAll("[data-counter]")) {
    count(counter);
    document.getElementById(counter.dataset.counter).addEventListener("input", () => count(counter));
  }

  form.addEventListener("input", () => {
    changed = true;
    for (const sign of form.querySelectorAll("[data-unsaved]")) sign.hidden = false;
  });

  form.addEventListener("submit", (event) => {
    leaving = !event.submitter?.formTarget;
  });

  document.addEventListener("keydown", (event) => {
    const isS = event.key.toLowerCase() === "s" || (event.code === "KeyS" && !/^[a-z]$/i.test(event.key));
    if (!isS || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.requestSubmit();
  });

  addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });
}
