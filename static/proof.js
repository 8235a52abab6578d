// The check of a form by a proof of work, while an action needs one: shows ALTCHA's box, which begins as soon
// as somebody fills in the form. A form that is sent too early waits for it. Without a secure connection the
// browser cannot do the work, and the note on the page stays.
"use strict";

const place = document.querySelector("[data-proof]");

if (place && window.isSecureContext && window.Worker) {
  await import("./altcha/altcha.js");
  const work = new URL("./altcha/pbkdf2.js", import.meta.url);
  const language = document.documentElement.lang;
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(work));
  $altcha.i18n.set(language, JSON.parse(place.dataset.words));
  // Only the use of the form is observed: no movements of the pointer, no scrolling.
  $altcha.defaults.set({ humanInteractionSignature: false, hideFooter: true, hideLogo: true });

  const box = document.createElement("altcha-widget");
  const settings = { auto: "onfocus", challenge: place.dataset.proof, language, name: "proof" };
  for (const [name, value] of Object.entries(settings)) box.setAttribute(name, value);
  place.replaceChildren(box);

  const form = place.closest("form");
  let step = "before"; // then "waiting" for the check, then "after" it
  const end = () => new Promise((resolve) => {
    box.addEventListener("statechange", ({ detail }) => detail.state === "verifying" || resolve());
  });

  form.addEventListener("submit", async (event) => {
    if (step === "after" || box.getState() === "verified") return;
    event.preventDefault();
    if (step === "waiting") return;
    step = "waiting";
    await (box.getState() === "verifying" ? end() : box.verify());
    step = "after"; // the server decides, also if the check has failed
    form.requestSubmit(event.submitter);
  });
}
