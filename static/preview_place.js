// The preview follows the field that someone writes in: finds where its text is on the page, marks it there and
// scrolls to it. In a long text, that is the paragraph that the caret is in.
"use strict";

const previewPlace = (() => {
  const FENCE = /^:{3,}/;
  const MARKS = /^\s*(?:>\s*)*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})\s+)?/;
  const BLOCKS = "h2, h3, h4, h5, h6, p, li, figcaption";
  const MARGIN = 80; // pixels above the marked place

  const words = (text) => text.replace(/\]\([^()]*\)/g, " ").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  const wordsOfLine = (line) => (FENCE.test(line) ? "" : words(line.replace(MARKS, "")));

  // The lines from the caret's upwards: the line may be empty, or not be on the page yet.
  const linesUpwards = ({ value, selectionStart }) => {
    const end = value.indexOf("\n", selectionStart);
    return value.slice(0, end < 0 ? value.length : end).split("\n").reverse();
  };

  const findParagraph = (roots, field) => {
    const blocks = roots.flatMap((root) => [...root.querySelectorAll(BLOCKS)]);
    const known = blocks.map((block) => [block, words(block.textContent)]);
    for (const line of linesUpwards(field).map(wordsOfLine)) {
      if (!line) continue;
      const found = known.find(([, text]) => text === line) ?? known.find(([, text]) => text.includes(line));
      if (found) return found[0];
    }
    return roots[0];
  };

  const find = (page, field) => {
    if (!field?.dataset.shown) return null;
    const roots = [...page.querySelectorAll(field.dataset.shown)];
    return "markup" in field.dataset ? findParagraph(roots, field) : roots[0];
  };

  const scrollTo = (view, element) => {
    const { top, bottom } = element.getBoundingClientRect();
    if (top >= MARGIN / 2 && bottom <= view.innerHeight) return;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    view.scrollTo({ top: top + view.scrollY - MARGIN, behavior: isCalm ? "auto" : "smooth" });
  };

  return {
    mark(frame, field) {
      const page = frame.contentDocument;
      if (!page?.body) return;
      const place = find(page, field);
      for (const old of page.querySelectorAll(".spot")) {
        if (old !== place) old.classList.remove("spot");
      }
      if (!place) return;
      place.classList.add("spot");
      place.dataset.spot = field.dataset.name;
      scrollTo(frame.contentWindow, place);
    },
  };
})();
