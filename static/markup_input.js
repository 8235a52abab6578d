// Writing in a text with markup: Enter in a list adds an item or ends the list. text_field.js, item_heads.js and
// markup_places.js are loaded before.
"use strict";

{
  const ITEM = /^((?:\s*>)*\s*)([-*+]|\d{1,3}(?=[.)]))([.)]?)(\s+)(.*)$/;

  const { write, linesAt, scrollToSelection } = textField;
  const { FENCE, blockAt } = markupPlaces;

  const itemAt = (line) => {
    const found = ITEM.exec(line);
    if (!found) return null;
    const [, indent, mark, point, space, text] = found;
    return { indent, mark, point, space, text, length: line.length - text.length };
  };

  const nextMark = ({ indent, mark, point, space }) => indent + (point ? Number(mark) + 1 : mark) + point + space;

  // The items below of the same numbered list.
  const numberedBelow = ({ value }, end, { indent, point }) => {
    if (!point) return [];
    const items = value.slice(end).split("\n").slice(1).map(itemAt);
    const last = items.findIndex((item) => item?.point !== point || item.indent !== indent);
    return last < 0 ? items : items.slice(0, last);
  };

  const isInBold = (text) => text.split("**").length % 2 === 0;

  // Facts and timelines need the bold beginning; other items have it where the one above does.
  const headOf = (field, { text }) => {
    const name = blockAt(field)?.name;
    const needed = name === "facts" || name === "timeline" || (name === "points" && text.startsWith("**"));
    return needed ? itemHeads.PLACEHOLDER : "";
  };

  const addItem = (field, item, { start, end, lines }) => {
    const isWhole = isInBold(lines[0].slice(0, field.selectionStart - start)); // bold words are not cut
    const caret = isWhole ? end : field.selectionStart;
    const moved = field.value.slice(caret, end).trimStart();
    const at = start + Math.max(item.length, field.value.slice(start, caret).trimEnd().length);
    const head = moved.startsWith("**") ? "" : headOf(field, item);
    const begin = `\n${nextMark(item)}${head}`;
    const below = numberedBelow(field, end, item);
    const written = below.map((each) => `\n${each.indent}${each.mark}${each.point}${each.space}${each.text}`).join("");
    const text = begin + moved + below.map((each) => `\n${nextMark(each)}${each.text}`).join("");
    write(field, at, end + written.length, text);
    const [from, to] = itemHeads.find(begin) ?? [begin.length, begin.length];
    field.setSelectionRange(at + from, at + to);
    if (below.length) scrollToSelection(field);
  };

  // Without an empty line, what is written next would belong to the item above. An empty last item of a block ends
  // the block as well.
  const endList = (field, { indent }, { start, end }) => {
    const { value } = field;
    const [, closing] = value.slice(end).split("\n");
    if (blockAt(field) && FENCE.test(closing ?? "")) {
      const rest = end + 1 + closing.length;
      const below = /^\n*/.exec(value.slice(rest))[0].length;
      write(field, start, rest + below, `${closing}\n\n${rest + below < value.length ? "\n\n" : ""}`);
      return field.setSelectionRange(start + closing.length + 2, start + closing.length + 2);
    }
    const quote = indent.trim();
    const isFirst = start === 0 || /\n\s*\n$/.test(value.slice(0, start));
    write(field, start, end, isFirst ? quote : `${quote}\n${quote && `${quote} `}`);
  };

  const pressEnter = (field) => {
    const at = linesAt(field);
    const item = at.lines.length === 1 ? itemAt(at.lines[0]) : null;
    if (!item || field.selectionStart - at.start < item.length) return false;
    if (!itemHeads.clear(`${item.text} `).trim()) endList(field, item, at);
    else if (field.selectionStart === field.selectionEnd) addItem(field, item, at);
    else return false;
    return true;
  };

  for (const field of document.querySelectorAll("textarea[data-markup]")) {
    field.addEventListener("keydown", (event) => {
      const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.key !== "Enter" || !isPlain || event.isComposing || event.keyCode === 229) return;
      if (pressEnter(field)) event.preventDefault();
    });
  }
}
