// The brand page: the colour picker and its text in step, and after each change the preview and the contrasts.
// The server answers as it does to “Show preview”, which does the same without this script.
"use strict";

{
  const form = document.getElementById("brand");
  const pane = document.getElementById("preview");
  const frame = pane.querySelector("iframe");
  const show = form.querySelector("button[name=preview]");
  const { accent, picker, preview_locale: language } = form.elements;
  let waiting;
  let asking;

  const controls = (part) => [...part.querySelectorAll("button, input")];

  // A refused file stays chosen, so that saving says so again.
  const keepRefused = (part, next) => {
    if (!next.querySelector(".error[id]")) return;
    for (const file of part.querySelectorAll("[type=file]")) {
      const fresh = file.files.length && next.querySelector(`#${file.id}`);
      if (!fresh) continue;
      for (const { name, value } of fresh.attributes) file.setAttribute(name, value);
      fresh.replaceWith(file);
    }
  };

  // Takes over a part of the page as the server sees it now. A file is sent once: its name is in the answer.
  // Words of upload.js, which the server does not know, stay until there is a smaller file.
  const replace = (part, next) => {
    if (part.querySelector("[data-most-bytes] + .error:not([hidden])")) return;
    const place = controls(part).indexOf(document.activeElement);
    const hasFile = controls(part).some(({ files }) => files?.length);
    if (!hasFile && next.outerHTML === part.outerHTML) return;
    if (hasFile) keepRefused(part, next);
    part.replaceWith(next);
    controls(next)[place]?.focus();
  };

  // Without a step in the browser's history. A page stays where it was scrolled to; emails have a fresh origin.
  const load = (address) => {
    const top = frame.contentDocument ? frame.contentWindow.scrollY : 0;
    const scroll = () => frame.contentDocument && frame.contentWindow.scrollTo(0, top);
    frame.addEventListener("load", scroll, { once: true });
    frame.contentWindow.location.replace(address);
  };

  const draw = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const address = page.querySelector("#preview iframe")?.getAttribute("src");
    if (!address) return; // the session has ended: saving says so, and loses nothing
    for (const part of form.querySelectorAll("[data-live]")) replace(part, page.getElementById(part.id));
    load(address);
  };

  const ask = async () => {
    clearTimeout(waiting);
    asking?.abort();
    asking = new AbortController();
    try {
      const body = new FormData(form, show);
      const answer = await fetch(form.action, { method: "POST", body, signal: asking.signal });
      draw(await answer.text());
    } catch {
      // Overtaken by the next request, or no network: keep what is shown.
    }
  };

  const fullColour = (text) => {
    if (!text.trim()) return form.dataset.house;
    const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
    return digits && `#${digits.length === 6 ? digits : digits.replace(/./g, "$&$&")}`.toLowerCase();
  };

  form.addEventListener("input", ({ target }) => {
    if (target === picker) accent.value = picker.value;
    if (target === accent) picker.value = fullColour(accent.value) ?? picker.value;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name]");
    if (!button) return;
    event.preventDefault();
    if (button === show) pane.scrollIntoView();
    else accent.value = button.value;
    accent.dispatchEvent(new Event("input", { bubbles: true }));
    ask();
  });
  form.addEventListener("focusin", ({ target }) => {
    if (!language || !target.lang || target.lang === language.value) return;
    language.value = target.lang;
    ask();
  });
  pane.addEventListener("change", ask);
}
