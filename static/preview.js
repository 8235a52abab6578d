// The preview beside a form: rendered by the server a moment after typing stops, and scrolled to what is being
// written (preview_place.js). Without this script, its buttons do the same.
"use strict";

for (const pane of document.querySelectorAll("[data-preview]")) {
  const form = document.getElementById("writing");
  const frame = pane.querySelector("iframe");
  const buttons = [...pane.querySelectorAll("button")];
  const loggedOut = form.querySelector("[data-logged-out]");
  let button = buttons[0];
  let place; // where one was writing
  let waiting;
  let asking;

  const mark = () => {
    const isShown = place?.lang === "" || place?.lang === frame.contentDocument?.documentElement?.lang;
    previewPlace.mark(frame, isShown ? place : null);
  };

  const draw = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const shown = frame.contentDocument?.querySelector("main");
    const sameLanguage = frame.contentDocument?.documentElement?.lang === page.documentElement.lang;
    if (shown && sameLanguage) {
      shown.replaceWith(page.querySelector("main"));
      mark();
    } else {
      frame.srcdoc = html;
    }
  };

  const send = async () => {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(button.formAction, { method: "POST", body, signal: asking.signal });
    return { ok: answer.ok && !answer.redirected, html: await answer.text() };
  };

  // The bar to save grows with the notice. The field one is writing in stays above it.
  const stayInView = () => {
    if (!loggedOut.hidden) document.activeElement.scrollIntoView({ block: "nearest", behavior: "instant" });
  };
  addEventListener("resize", stayInView);

  // After another log-in, the form gets the token of the new session.
  const renewToken = (html) => {
    const kept = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-kept]");
    loggedOut.hidden = !kept || kept.dataset.kept === "again";
    stayInView();
    if (kept?.dataset.kept !== "again") return false;
    form.elements.csrf_token.value = kept.elements.csrf_token.value;
    return true;
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    if (!pane.open) return;
    try {
      let answer = await send();
      if (!answer.ok && renewToken(answer.html)) answer = await send();
      if (!answer.ok) return;
      loggedOut.hidden = true;
      draw(answer.html);
    } catch {
      // Overtaken by the next request, or no network: keep what is shown.
    }
  };

  const choose = (chosen) => {
    button = chosen;
    for (const one of buttons) one.setAttribute("aria-pressed", one === button);
    ask();
  };

  for (const one of buttons) {
    one.addEventListener("click", (event) => {
      event.preventDefault();
      choose(one);
    });
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  });
  document.addEventListener("visibilitychange", () => {
    if (!loggedOut.hidden && document.visibilityState === "visible") ask();
  });
  const follow = (field) => {
    if (field.name) place = field;
    const other = buttons.find((one) => one.lang === field.lang);
    if (other && other !== button) choose(other);
  };
  form.addEventListener("focusin", (event) => follow(event.target));
  frame.addEventListener("load", mark);
  for (const name of ["focusin", "keyup", "pointerup"]) form.addEventListener(name, mark);
  pane.querySelector("select")?.addEventListener("change", ask); // which page, outside the form
  pane.querySelector("[data-back]").addEventListener("click", (event) => {
    if (!place) return;
    event.preventDefault();
    place.focus();
  });

  pane.open = localStorage.getItem("preview") !== "closed";
  pane.addEventListener("toggle", () => {
    localStorage.setItem("preview", pane.open ? "open" : "closed");
    ask();
  });
  if (form.contains(document.activeElement)) follow(document.activeElement); // one may have begun to write
  choose(button);
}
