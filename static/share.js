// Buttons that need a script: copy the address, open the share menu of the device, print. The address field and the
// links beside them always work.
"use strict";

const add = (selector, act) => {
  for (const button of document.querySelectorAll(selector)) {
    button.hidden = false;
    button.addEventListener("click", () => act(button));
  }
};

if (navigator.share) {
  add("[data-share]", ({ dataset: { share: url, title, text } }) => {
    navigator.share({ url, title, text }).catch(() => {}); // closed again: nothing to say
  });
}

if (navigator.clipboard) {
  add("[data-copy]", (button) => {
    const field = document.getElementById(button.dataset.copy);
    navigator.clipboard.writeText(field.value).then(
      () => { button.textContent = button.dataset.copied; },
      () => (field.select ? field.select() : getSelection().selectAllChildren(field)), // not allowed: by hand then
    );
  });
}

add("[data-print]", () => window.print());
