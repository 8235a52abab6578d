// The translation editor: inserts placeholders and suggestions on click, saves on Ctrl+Enter, and keeps the preview
// up to date a moment after typing stops, as preview.js does.
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

// Its buttons load the frame, which has a policy of its own for emails; what is typed then replaces what it shows.
for (const frame of document.querySelectorAll("iframe[name=preview]")) {
  const form = document.getElementById("writing");
  const pane = frame.closest("details");
  const buttons = [...pane.querySelectorAll("button[formaction]")];
  let chosen = ""; // the scene; the server chooses at first
  let waiting;
  let asking;

  // It loads when it comes into view, perhaps before this script.
  const isLoaded = () => frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank";

  // A fragment in the address of the frame would also scroll this page.
  const showHighlight = () => {
    const box = frame.contentDocument?.getElementById("highlight")?.getBoundingClientRect();
    if (!box || (box.top >= 0 && box.bottom <= frame.contentWindow.innerHeight)) return;
    frame.contentWindow.scrollTo(0, box.top + frame.contentWindow.scrollY - 80);
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    if (!pane.open || !isLoaded()) return;
    const address = chosen || frame.getAttribute("src");
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(address, { method: "POST", body, signal: asking.signal });
      if (!answer.ok || answer.redirected || !frame.contentDocument) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      frame.contentDocument.body.replaceWith(page.body);
      showHighlight();
    } catch {
      // Overtaken by the next request, or no network: keep what is shown.
    }
  };

  const isChanged = ({ value, defaultValue }) => value !== defaultValue;

  const isTyped = () => "typed" in form.dataset || [...form.querySelectorAll("textarea")].some(isChanged);

  for (const button of buttons) {
    button.addEventListener("click", () => {
      chosen = button.formAction.split("#")[0];
      asking?.abort();
    });
  }
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  });
  pane.addEventListener("toggle", () => { if (isTyped()) ask(); });
  frame.addEventListener("load", () => {
    showHighlight();
    if (!chosen && isTyped()) ask();
  });
  if (isLoaded()) frame.dispatchEvent(new Event("load"));
}
