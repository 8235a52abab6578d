// The share menu of the device, if it has one; the address field and links beside it always work.
"use strict";

if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const { share: url, title, text } = button.dataset;
      navigator.share({ url, title, text }).catch(() => {}); // closed again: nothing to say
    });
  }
}
