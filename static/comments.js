// Keys in the list of comments: J and K move between comments, S shows and H hides the focused one.
// They do nothing unless a comment has the focus; without this script all buttons work. On a keyboard
// with another alphabet, the keys in the same positions work.
"use strict";

for (const form of document.querySelectorAll("[data-comments]")) {
  const comments = [...form.querySelectorAll("[data-comment]")];

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const here = comments.indexOf(event.target.closest("[data-comment]"));
    if (here < 0) return;
    const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace("Key", "").toLowerCase();
    const step = { j: 1, k: -1 }[key];
    if (step) comments[here + step]?.focus();
    else comments[here].querySelector(`button[data-key="${CSS.escape(key)}"]`)?.click();
  });
}
