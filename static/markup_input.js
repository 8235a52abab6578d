// Writing in a text with markup: Enter in a list adds an item or ends the list; Enter in a quote goes on with it, and
// from an empty line to its speaker. text_field.js, item_heads.js and markup_places.js are loaded before.
"use strict";

{
  const ITEM = /^((?:\s*>)*\s*)([-*+]|\d{1,3}(?=[.)]))([.)]?)(\s+)(.*)$/;

  const QUOTE = /^(?:\s*>)+ ?/;

  const { write, linesAt, scrollToSelection } = textField;
  const { FENCE, blockAt, quoteAt } = markupPlaces;

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

  const wordsOf = (line) => line.replace(QUOTE, "").trim();

  // The line of the speaker: the last one of the quote, below an empty one.
  const speakerOf = ({ first, last, lines }) =>
    last > first + 1 && wordsOf(lines[last]) && !wordsOf(lines[last - 1]) ? last : -1;

  // The caret goes to an empty line of its own below `start`; what is between it and `end` is deleted.
  const leaveQuote = (field, start, end) => {
    const below = field.value.slice(end).trimStart();
    write(field, start, field.value.length - below.length, below ? "\n\n\n\n" : "\n\n");
    field.setSelectionRange(start + 2, start + 2);
  };

  // One empty line stays between the words and the speaker.
  const goToSpeaker = (field, { from, last, lines }, { start, end }) => {
    if (last > from + 1) write(field, start, end + 1, "");
    const below = lines.slice(last + 1).join("\n").length + (last + 1 < lines.length ? 1 : 0);
    const stop = field.value.length - below;
    field.setSelectionRange(stop - lines[last].replace(QUOTE, "").length, stop);
    scrollToSelection(field);
  };

  const addToQuote = (field, quote, at) => {
    const { from, last, lines } = quote;
    const speaker = speakerOf(quote);
    const rest = field.value.slice(field.selectionEnd, at.end);
    if (!wordsOf(lines[from])) {
      const isNext = speaker > from && lines.slice(from, speaker).every((line) => !wordsOf(line));
      if (isNext) return goToSpeaker(field, quote, at);
      const words = lines.slice(quote.first, from).findLastIndex(wordsOf);
      if (from === last && words < 0) return write(field, at.start, at.end, "");
      if (from === last) {
        const empty = lines.slice(quote.first + words + 1, from).join("\n").length;
        return leaveQuote(field, at.start - 1 - (empty ? empty + 1 : 0), at.end);
      }
    } else if (from === speaker && !rest.trim()) return leaveQuote(field, at.end, at.end);
    write(field, field.selectionStart, field.selectionEnd, `\n${QUOTE.exec(lines[from])[0].trimEnd()} `);
  };

  const pressEnter = (field) => {
    const at = linesAt(field);
    const item = at.lines.length === 1 ? itemAt(at.lines[0]) : null;
    const quote = item || at.lines.length > 1 ? null : quoteAt(field);
    if (quote && field.selectionStart - at.start >= QUOTE.exec(at.lines[0])[0].length) {
      addToQuote(field, quote, at);
      return true;
    }
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
