// Forms with long texts: count characters, mark what publishing needs, let fields grow, save on Ctrl+S, show
// the language that is chosen, on a phone one of two at a time, warn about unsaved changes, and go on after saving
// where one was writing.
"use strict";

for (const form of document.querySelectorAll("[data-writing]")) {
  const number = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`); // figures as the server's
  let changed = Boolean(form.querySelector("[data-unsaved]:not([hidden])"));
  let leaving = false;
  let current; // the field one is writing in

  // Where one was writing when this page was saved, if it has been.
  const saved = form.querySelector("[data-saved]");
  const stored = JSON.parse(sessionStorage.getItem("writing"));
  sessionStorage.removeItem("writing");
  const back = saved && stored?.page === location.pathname ? stored : null;
  const returned = back && document.getElementById(back.id);
  const fold = returned?.closest("details");
  if (fold) fold.open = true;

  const watch = (field, update) => {
    update();
    field.addEventListener("input", update);
  };

  for (const counter of form.querySelectorAll("[data-counter]")) {
    const field = document.getElementById(counter.dataset.counter);
    watch(field, () => {
      const most = Number(counter.dataset.most);
      const length = [...field.value].length;
      const words = counter.dataset.words.replace("COUNT", number.format(length));
      counter.textContent = words.replace("MOST", number.format(most));
      counter.classList.toggle("over", length > most);
    });
  }

  for (const mark of form.querySelectorAll("[data-need]")) {
    const field = document.getElementById(mark.dataset.need);
    watch(field, () => {
      const isMet = Boolean(field.value.trim());
      mark.classList.toggle("met", isMet);
      mark.querySelector("[data-met]").hidden = !isMet;
      mark.querySelector("[data-unmet]").hidden = isMet;
    });
  }

  for (const field of form.querySelectorAll("textarea[data-sentence]")) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) event.preventDefault();
    });
    if (CSS.supports("field-sizing", "content")) continue;
    watch(field, () => {
      field.style.blockSize = "auto";
      field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
    });
  }

  // Another language is shown once it is chosen. With the arrow keys one passes others, so the button comes to press,
  // as it stays for a language that was chosen before this script was there.
  for (const choice of form.querySelectorAll("[data-shown-by]")) {
    const button = document.getElementById(choice.dataset.shownBy);
    let passing = false;
    button.hidden = choice.selectedOptions[0].defaultSelected;
    choice.addEventListener("pointerdown", () => { passing = false; });
    choice.addEventListener("keydown", ({ key }) => { passing = key !== "Enter"; });
    choice.addEventListener("change", () => {
      button.hidden = !passing;
      if (!passing) button.click();
    });
  }

  // On a phone one language is shown: first that with a problem, or that of the field in the address. The line that
  // is read stays where it is.
  let showLanguageOf = () => {};
  for (const which of form.querySelectorAll("[data-which]")) {
    const buttons = [...which.querySelectorAll("button")];
    const columns = (index) => `:is(.sheet > :nth-child(${index + 1}), .milestone-row > :nth-child(${index + 2}))`;
    const show = (index) => {
      form.dataset.only = index;
      for (const [at, button] of buttons.entries()) button.setAttribute("aria-pressed", at === index);
    };
    const find = (inside) => buttons.findIndex((_button, index) => form.querySelector(`${columns(index)}${inside}`));
    showLanguageOf = (target) => {
      const index = buttons.findIndex((_button, at) => target.closest(columns(at)));
      if (index >= 0) show(index);
    };
    for (const [index, button] of buttons.entries()) {
      button.addEventListener("click", () => {
        const line = [...form.querySelectorAll(".sheet")].find((one) => one.getBoundingClientRect().bottom > 120);
        const top = line?.getBoundingClientRect().top;
        show(index);
        if (line) scrollBy(0, line.getBoundingClientRect().top - top);
      });
    }
    which.hidden = false;
    const written = buttons.findIndex((_button, at) => returned?.closest(columns(at)));
    show(Math.max(0, written, find(":is(.wrong, .clash)")));
  }

  const select = (field, line) => {
    const lines = field.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    field.blur(); // so that the focus scrolls to the line, which it does for a caret only
    field.setSelectionRange(start, start);
    field.focus();
    field.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  };

  // Whether the selection is about below the window, or under the bar at its end.
  const isBelow = (field) => {
    const inside = (field.selectionStart / field.value.length) * field.scrollHeight - field.scrollTop;
    return field.getBoundingClientRect().top + inside > innerHeight - 160;
  };

  // A link shows the whole field that it leads to, which may be folded away or have long faults above it. A link to
  // a fault selects its line; one from another page has it in the address.
  const reveal = (line) => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !form.contains(target)) return;
    const closed = target.closest("details:not([open])");
    if (closed) closed.open = true;
    showLanguageOf(target);
    if (line) select(target, line);
    target.closest(".field")?.scrollIntoView();
    if (line && isBelow(target)) target.scrollIntoView({ block: "end" });
  };
  const line = Number(new URLSearchParams(location.search).get("line"));
  if (!returned) reveal(line);
  if (!returned && line) {
    // Until everything is loaded, browsers themselves scroll to the field in the address.
    addEventListener("load", () => requestAnimationFrame(() => { if (!changed) reveal(line); }));
  }
  addEventListener("hashchange", () => reveal());
  document.addEventListener("click", ({ target }) => {
    const link = target.closest('a[href*="#"]');
    if (link) requestAnimationFrame(() => reveal(Number(link.dataset.line)));
  });

  form.addEventListener("focusin", ({ target }) => {
    if (target.name && target.matches("input, textarea, select")) current = target;
  });

  const noteChange = () => {
    changed = true;
    if (saved) saved.hidden = true;
    for (const sign of form.querySelectorAll("[data-unsaved]")) sign.hidden = false;
  };
  form.addEventListener("input", noteChange);
  // On a slow connection one may have begun to write before this script arrived.
  const texts = [...form.querySelectorAll("textarea, input[type=text]")];
  if (texts.some((field) => field.value !== field.defaultValue)) noteChange();

  form.addEventListener("submit", (event) => {
    leaving = !event.submitter?.formTarget;
    if (!leaving || !current || event.submitter?.name) return;
    const { id, selectionStart: start, selectionEnd: end, scrollTop: inside } = current;
    const top = current.getBoundingClientRect().top;
    // The field in the address would get the focus.
    history.replaceState(history.state, "", location.pathname + location.search);
    sessionStorage.setItem("writing", JSON.stringify({ page: location.pathname, id, start, end, inside, top }));
  });

  // Once the other scripts have added their buttons: the line is as far from the top as it was. Screen readers say
  // what changes after the page has loaded.
  addEventListener("DOMContentLoaded", () => {
    if (!saved) return;
    saved.hidden = true;
    requestAnimationFrame(() => { saved.hidden = changed; });
    if (!returned) return;
    current = returned;
    returned.focus({ preventScroll: true });
    if (Number.isInteger(back.start)) returned.setSelectionRange(back.start, back.end);
    returned.scrollTop = back.inside;
    scrollBy({ top: returned.getBoundingClientRect().top - back.top, behavior: "instant" });
  });

  document.addEventListener("keydown", (event) => {
    const isS = event.key.toLowerCase() === "s" || (event.code === "KeyS" && !/^[a-z]$/i.test(event.key));
    if (!isS || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.requestSubmit();
  });

  addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });
}
