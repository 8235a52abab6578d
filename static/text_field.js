// The selection of a text field: its word and its lines, and changing them so that Ctrl+Z undoes it.
"use strict";

const textField = (() => {
  // The only way to change a text that can be undone with Ctrl+Z; browsers keep it for that.
  const write = (field, start, end, text) => {
    if (start === end && !text) return;
    field.setSelectionRange(start, end);
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (done) return;
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // With an empty line before and after; returns where the text begins.
  const writeApart = (field, start, end, text) => {
    const before = field.value.slice(0, start).trimEnd() ? field.value.slice(0, start) : "";
    const after = field.value.slice(end);
    const above = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
    const below = after.trim() && !after.startsWith("\n\n") ? (after.startsWith("\n") ? "\n" : "\n\n") : "";
    write(field, start, end, above + text + below);
    return start + above.length;
  };

  const selection = ({ value, selectionStart, selectionEnd }) => {
    let [start, end] = [selectionStart, selectionEnd];
    while (start < end && /\s/.test(value[start])) start += 1;
    while (end > start && /\s/.test(value[end - 1])) end -= 1;
    return [start, end];
  };

  // With nothing selected: the word that the caret is in.
  const wordAt = (field) => {
    let [start, end] = selection(field);
    if (start < end) return [start, end];
    const isLetter = (letter) => letter !== undefined && /[\p{L}\p{M}\p{N}]/u.test(letter);
    while (isLetter(field.value[start - 1])) start -= 1;
    while (isLetter(field.value[end])) end += 1;
    return [start, end];
  };

  // The whole lines that are selected: where they begin and end, and the lines.
  const linesAt = ({ value, selectionStart, selectionEnd }) => {
    const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const next = value.indexOf("\n", last);
    const end = next < 0 ? value.length : next;
    return { start, end, lines: value.slice(start, end).split("\n") };
  };

  // A field that gets the focus scrolls to its caret, but not to a selection.
  const scrollToSelection = (field) => {
    const { selectionStart: start, selectionEnd: end } = field;
    if (field.scrollHeight <= field.clientHeight) return;
    field.setSelectionRange(end, end);
    field.blur();
    field.focus();
    field.setSelectionRange(start, end);
  };

  return { write, writeApart, wordAt, linesAt, scrollToSelection };
})();
