// The inbox of comments by keys: J and K go to the next and the previous comment, S shows and H hides the open one,
// X selects it, U undoes the last decision, O opens the person's page. Each key presses a link or a button that is on
// the page, so everything works without this script. Keys do nothing unless the focus is in the inbox. On a keyboard
// with another alphabet, the keys in the same positions work.
"use strict";

const places = [...document.querySelectorAll("[data-comments]")];
for (const hint of document.querySelectorAll("[data-comments] :is(kbd, [data-keys])")) hint.hidden = false;

const number = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`); // figures as the server's
const ticks = [...document.querySelectorAll("[data-comments] input[name=c]")];
const all = document.querySelector("[data-all]");
const bulk = document.querySelector("[data-bulk]");
const selected = document.querySelector("[data-selected]");

// What is selected is kept in this tab while one reads, since each comment is a page of its own.
const listed = () => {
  const address = new URL(ticks[0].form.action);
  address.searchParams.delete("last");
  return address.href;
};
const keep = () => {
  const chosen = ticks.filter((tick) => tick.checked).map((tick) => tick.value);
  try { sessionStorage.setItem("comments", JSON.stringify({ list: listed(), chosen })); } catch { /* not allowed */ }
};
const restore = () => {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem("comments")); } catch { /* not allowed */ }
  const chosen = kept?.list === listed() ? kept.chosen : [];
  for (const tick of ticks) tick.checked = chosen.includes(tick.value);
};

// A decision ends the selection, so that undoing it does not bring it back. Before they are shown, another page asks.
const forget = () => {
  try { sessionStorage.removeItem("comments"); } catch { /* not allowed */ }
};
document.querySelector("[data-question] form")?.addEventListener("submit", forget);
bulk?.closest("form").addEventListener("submit", ({ submitter }) => {
  if (submitter?.value === "hide") forget();
});
document.querySelector(".decide")?.addEventListener("submit", ({ submitter }) => {
  for (const tick of ticks) tick.checked &&= tick.value !== submitter.value;
  if (ticks.length) keep();
});

// A chosen language applies at once, and stays in focus on the page that follows.
for (const select of document.querySelectorAll("select[data-apply]")) {
  select.addEventListener("change", () => {
    select.form.action = new URL(`#${select.id}`, select.form.action).href;
    select.form.requestSubmit();
  });
}

const count = () => {
  const many = ticks.filter((tick) => tick.checked).length;
  selected.textContent = many ? selected.dataset.words.replace("COUNT", number.format(many)) : "";
  for (const button of bulk.querySelectorAll("button")) {
    button.textContent = button.dataset.words.replace("COUNT", number.format(many));
  }
  all.querySelector("input").checked = many === ticks.length;
  bulk.hidden = !many;
};

// Once a key has pressed something, others wait for the next page: S after J must not show the comment before.
let leaving = false;
window.addEventListener("pageshow", () => { leaving = false; });

const press = (key) => {
  if (key === "x") return document.querySelector("[data-comments] .now input[name=c]")?.click();
  const pressed = document.querySelector(`[data-comments] [data-key="${CSS.escape(key)}"]`);
  if (leaving || !pressed?.checkVisibility()) return; // in a narrow window the open comment may be hidden
  leaving = true;
  pressed.click();
};

for (const place of places) {
  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace("Key", "").toLowerCase();
    press(key);
  });
}

if (ticks.length) {
  all.hidden = false;
  all.addEventListener("change", ({ target }) => {
    for (const tick of ticks) tick.checked = target.checked;
    keep();
    count();
  });
  for (const tick of ticks) {
    tick.addEventListener("change", () => {
      keep();
      count();
      tick.closest("li").scrollIntoView({ block: "nearest" }); // the bar may have come over it
    });
  }
  window.addEventListener("pageshow", () => { restore(); count(); });
}

// Screen readers announce what changes in a status, not what is there when the page opens.
const done = document.getElementById("done");
if (done) {
  const words = done.textContent;
  done.textContent = "";
  requestAnimationFrame(() => { done.textContent = words; });
}
