// The progress of sending an update: while the page is visible, fetches the figures every three seconds.
// When sending has ended, the page is reloaded, because its buttons change.
"use strict";

const refresh = async () => {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
    if (!fresh) return;
    document.getElementById("progress").replaceChildren(...fresh.childNodes);
    if (fresh.dataset.fresh !== "yes") location.reload();
  } catch {
    // No network: keep the shown figures and ask again in the next round.
  }
};

setInterval(refresh, 3000);
