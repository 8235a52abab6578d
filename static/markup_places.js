// What the caret or the selection of a text is in: a link, a block, a quote; and the marks that its lines begin with.
"use strict";

const markupPlaces = (() => {
  const FENCE = /^:{3,}\s*(\w*)\s*$/;
  const MARKER = /^(?:[-*+]|\d{1,3}[.)])\s+/; // a year is no number of a list
  const LINK = /\[([^\[\]\n]*)\]\(([^()\s]*)\)/g;

  const linkAt = ({ value, selectionStart, selectionEnd }) =>
    [...value.matchAll(LINK)].find((found) => found.index <= selectionStart && selectionEnd <= found.index + found[0].length);

  // The closed block: its first and last line, and its name.
  const blockAt = (field) => {
    const lines = field.value.split("\n");
    const from = field.value.slice(0, field.selectionStart).split("\n").length - 1;
    const to = field.value.slice(0, field.selectionEnd).split("\n").length - 1;
    let first = from;
    while (first >= 0 && !(FENCE.test(lines[first]) && (first < from || FENCE.exec(lines[first])[1]))) first -= 1;
    const written = first < 0 ? "" : FENCE.exec(lines[first])[1].toLowerCase();
    if (!written) return null;
    const name = written === "demands" ? "points" : written; // as the program reads it
    let last = Math.max(to, first + 1);
    while (last < lines.length && !FENCE.test(lines[last])) last += 1;
    return last === lines.length || FENCE.exec(lines[last])[1] ? null : { first, last, name, lines };
  };

  // The quote that the caret or the whole selection is in: its first and last line, and those of the selection.
  const quoteAt = ({ value, selectionStart, selectionEnd }) => {
    const lines = value.split("\n");
    const from = value.slice(0, selectionStart).split("\n").length - 1;
    const to = value.slice(0, selectionEnd).split("\n").length - 1;
    if (!lines.slice(from, to + 1).every((line) => line.startsWith(">"))) return null;
    let [first, last] = [from, to];
    while (lines[first - 1]?.startsWith(">")) first -= 1;
    while (lines[last + 1]?.startsWith(">")) last += 1;
    return { first, last, from, to, lines };
  };

  return { FENCE, MARKER, linkAt, blockAt, quoteAt };
})();
