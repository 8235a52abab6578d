// How far an update has got: while the page is seen, its figures are fetched anew every three seconds.
// When it has ended, the page is loaded once more, since its buttons are others then.
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
    // No network: the figures that are shown stay, and the next round asks again.
  }
};

setInterval(refresh, 3000);
