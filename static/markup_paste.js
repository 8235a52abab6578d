// Pasting into a text with markup: an address pasted over words links them, and formatted text becomes markup.
// text_field.js, markup_places.js and markup_from_html.js are loaded before.
"use strict";

{
  const ADDRESS = /^https?:\/\/[^\s<>"]+$/i;
  const EMPTY_ADDRESS = /\]\(https?:\/\/$/; // what the button for links writes, up to its end
  const EMPTY_ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s*$/;

  const { write, writeApart, wordAt, linesAt, scrollToSelection } = textField;
  const { MARKER, linkAt } = markupPlaces;

  const encoded = (address) => address.replaceAll("(", "%28").replaceAll(")", "%29");

  const pasteAddress = (field, address) => {
    const { value, selectionStart: caret, selectionEnd } = field;
    const before = EMPTY_ADDRESS.exec(value.slice(0, caret));
    if (caret === selectionEnd) {
      if (!before || value[caret] !== ")") return false;
      write(field, before.index + 2, caret, encoded(address));
      return true;
    }
    const [start, end] = wordAt(field);
    const words = value.slice(start, end);
    if (!words || /[\[\]\n]/.test(words) || ADDRESS.test(words) || linkAt(field)) return false;
    write(field, start, end, `[${words}](${encoded(address)})`);
    return true;
  };

  // A list pasted into an empty item begins there.
  const pasteMarkup = (field, { text, isInline }) => {
    const { selectionStart: start, selectionEnd: end } = field;
    const line = linesAt(field);
    const isEmptyItem = start === end && end === line.end && EMPTY_ITEM.test(line.lines[0]) && MARKER.test(text);
    if (isInline) write(field, start, end, text);
    else if (isEmptyItem) write(field, line.start, end, text);
    else {
      const caret = writeApart(field, start, end, text) + text.length;
      field.setSelectionRange(caret, caret);
    }
    scrollToSelection(field);
  };

  const paste = (field, clipboard) => {
    const address = clipboard.getData("text/plain").trim();
    if (ADDRESS.test(address)) return pasteAddress(field, address);
    const html = clipboard.getData("text/html");
    const markup = html && !linkAt(field) && markupFromHtml(html, field.dataset.markup === "email");
    if (!markup) return false;
    pasteMarkup(field, markup);
    return true;
  };

  for (const field of document.querySelectorAll("textarea[data-markup]")) {
    field.addEventListener("paste", (event) => {
      if (paste(field, event.clipboardData)) event.preventDefault();
    });
  }
}
