// The form of an update: after each change of the recipients, their number. The server answers as it does to the
// button that counts them, which only pages without scripts have.
"use strict";

{
  const fields = document.querySelector("[data-recipients]");
  const pane = document.getElementById("recipients");
  const form = pane?.closest("form");
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
    const body = new FormData(form);
    body.set("count", "recipients");
    try {
      const answer = await fetch(location.href, { method: "POST", body, signal });
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
}
