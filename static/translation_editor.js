// The translation editor: inserts placeholders and suggestions on click, and saves on Ctrl+Enter.
"use strict";

for (const form of document.querySelectorAll("[data-translating]")) {
  const fields = [...form.querySelectorAll("textarea")];
  let last = fields.find((field) => !field.value) ?? fields[0];

  const put = (text, whole) => {
    last.focus();
    if (whole) last.select();
    last.setRangeText(text, last.selectionStart, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const make = (place, text, whole) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = place.className;
    button.dir = place.dir;
    button.lang = place.lang;
    button.textContent = place.textContent;
    button.addEventListener("click", () => put(text, whole));
    place.replaceWith(button);
  };

  for (const field of fields) field.addEventListener("focus", () => { last = field; });
  if (!form.querySelector("textarea[readonly]")) {
    for (const piece of form.querySelectorAll("[data-insert]")) make(piece, piece.dataset.insert, false);
    for (const offer of document.querySelectorAll("[data-offer]")) make(offer, offer.dataset.offer, true);
  }

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=then][value=next]"));
  });
}

// Scroll to the highlighted text when the frame has loaded; a fragment in its address would also scroll this page.
for (const frame of document.querySelectorAll("iframe[name=preview]")) {
  frame.addEventListener("load", () => {
    const highlight = frame.contentDocument?.getElementById("highlight");
    if (highlight) frame.contentWindow.scrollTo(0, highlight.getBoundingClientRect().top + frame.contentWindow.scrollY - 80);
  }, { once: true });
}
