// The form of an update: after each change of the recipients, their number. The server answers as it does to the
// button that counts them, which does the same without this script.
"use strict";

{
  const fields = document.querySelector("[data-recipients]");
  const pane = document.getElementById("recipients");
  const button = pane?.querySelector("button[name=count]");
  let waiting;
  let asking;

  const draw = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.getElementById("recipients")) return; // the session has ended: saving says so, and loses nothing
    for (const part of document.querySelectorAll("[data-live]")) {
      part.replaceChildren(...fresh.querySelector(`[data-live=${part.dataset.live}]`).childNodes);
    }
  };

  const ask = async () => {
    clearTimeout(waiting);
    asking?.abort();
    asking = new AbortController();
    pane.ariaBusy = "true";
    const { signal } = asking;
    try {
      const answer = await fetch(location.href, { method: "POST", body: new FormData(button.form, button), signal });
      draw(await answer.text());
    } catch {
      // Overtaken by the next request, or no network: keep what is shown.
    }
    if (!signal.aborted) pane.ariaBusy = "false";
  };

  fields?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  });
  button?.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
}
