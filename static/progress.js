// The progress of work in the background: while the page is visible, fetches its figures every three seconds, or
// `data-every`. When its state, `data-fresh`, has changed, the page is reloaded, because its buttons change.
// `data-after`: the seconds until the work may begin. The link that reloads the page is for readers without scripts.
"use strict";

const pane = document.getElementById("progress");
document.getElementById("reload")?.remove();

const begins = Date.now() + 1000 * Number(pane.dataset.after || 0);

const refresh = async () => {
  if (document.visibilityState !== "visible" || Date.now() < begins) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
    if (fresh?.dataset.fresh !== pane.dataset.fresh) location.reload();
    else pane.replaceChildren(...fresh.childNodes);
  } catch {
    // No network: keep the shown figures and ask again in the next round.
  }
};

setInterval(refresh, 1000 * Number(pane.dataset.every || 3));
