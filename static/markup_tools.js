// Buttons above a text that write its markup. Each adds the markup to what is selected, or takes it away.
// The toolbar is one stop of the Tab key; arrow keys move in it. The browser's own undo keeps working.
// text_field.js, item_heads.js and markup_places.js are loaded before.
// Texts of emails (`data-markup="email"`) have no blocks, so their toolbars offer none.
"use strict";

{
  const HEADING = /^#{1,6}\s+/;
  const QUOTE = /^(?:>\s?)+/;
  const KEYS = { KeyB: "bold", KeyK: "link" };
  const SHIFT_KEYS = {
    Digit2: "heading",
    Digit5: "facts",
    Digit6: "timeline",
    Digit7: "points",
    Digit8: "list",
    Digit9: "quote",
  };

  const { write, writeApart, wordAt, linesAt, scrollToSelection } = textField;
  const { MARKER, linkAt, blockAt, quoteAt } = markupPlaces;

  const filled = (lines) => lines.filter((line) => line.trim());

  const boldAround = (value, start, end) => {
    if (value.slice(start - 2, start) === "**" && value.slice(end, end + 2) === "**") return [start - 2, end + 2];
    const inner = value.slice(start, end);
    return inner.length > 4 && inner.startsWith("**") && inner.endsWith("**") ? [start, end] : null;
  };

  const boldLine = (line, on) => {
    const [, before, text] = /^(\s*(?:>\s*)*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})\s+)?)(.*)$/.exec(line);
    if (!text.trim()) return line;
    return before + (on ? `**${text.replaceAll("**", "")}**` : text.replaceAll("**", ""));
  };

  const bold = (field, sample) => {
    const [start, end] = wordAt(field);
    if (field.value.slice(start, end).includes("\n")) return boldLines(field);
    const around = boldAround(field.value, start, end);
    if (around) {
      const text = field.value.slice(...around).slice(2, -2);
      write(field, ...around, text);
      field.setSelectionRange(around[0], around[0] + text.length);
    } else {
      const text = field.value.slice(start, end) || sample;
      write(field, start, end, `**${text}**`);
      field.setSelectionRange(start + 2, start + 2 + text.length);
    }
  };

  const boldLines = (field) => {
    const { start, end, lines } = linesAt(field);
    const on = filled(lines).some((line) => boldLine(line, true) !== line);
    const text = lines.map((line) => boldLine(line, on)).join("\n");
    write(field, start, end, text);
    field.setSelectionRange(start, start + text.length);
  };

  const link = (field, sample) => {
    const found = linkAt(field);
    if (found) {
      write(field, found.index, found.index + found[0].length, found[1]);
      field.setSelectionRange(found.index, found.index + found[1].length);
      return;
    }
    const [start, end] = wordAt(field);
    const text = field.value.slice(start, end).replaceAll("\n", " ");
    const isAddress = /^(?:https?:\/\/|\/)\S+$/.test(text);
    const words = isAddress || !text ? sample : text;
    write(field, start, end, `[${words}](${isAddress ? text : "https://"})`);
    const address = start + words.length + 3;
    if (isAddress || !text) field.setSelectionRange(start + 1, start + 1 + words.length);
    else field.setSelectionRange(address, address + "https://".length);
  };

  const changeLines = (field, change) => {
    const { start, end, lines } = linesAt(field);
    const text = change(lines).join("\n");
    write(field, start, end, text);
    if (lines.length > 1) field.setSelectionRange(start, start + text.length);
  };

  const isList = (lines) => filled(lines).length > 0 && filled(lines).every((line) => /^[-*+]\s/.test(line));
  const isQuote = (lines) => filled(lines).length > 0 && filled(lines).every((line) => line.startsWith(">"));

  const list = (field) =>
    changeLines(field, (lines) => {
      if (isList(lines)) return lines.map((line) => line.replace(MARKER, ""));
      const only = lines.length === 1;
      return lines.map((line) => (line.trim() || only ? `- ${plain(line)}` : line));
    });

  const isHeading = (lines) => filled(lines).length > 0 && filled(lines).every((line) => HEADING.test(line));
  const plain = (line) => line.replace(QUOTE, "").replace(HEADING, "").replace(MARKER, "");

  const heading = (field, sample) => {
    const { lines } = linesAt(field);
    if (!filled(lines).length) insertSample(field, `## ${sample}`);
    else if (isHeading(lines)) changeLines(field, (them) => them.map((line) => line.replace(HEADING, "")));
    else changeLines(field, (them) => them.map((line) => (line.trim() ? `## ${plain(line)}` : line)));
  };

  const quote = (field, sample) => {
    const { lines } = linesAt(field);
    const inside = isCaret(field) && blockAt(field);
    if (inside) insertBelow(field, inside.last, sample);
    else if (!filled(lines).length) insertSample(field, sample);
    else if (isQuote(lines)) changeLines(field, (them) => them.map((line) => line.replace(/^>\s?/, "")));
    else changeLines(field, (them) => them.map((line) => `> ${line.replace(HEADING, "")}`.trimEnd()));
  };

  const markOf = (name, place) => (name === "points" ? `${place}. ` : "- ");

  const itemsOf = (lines, name) =>
    filled(lines.map((line) => plain(line.trim()))).map((line, place) => markOf(name, place + 1) + itemHeads.add(line, name));

  // The items of a block as those of another, which counts them or does not, or begins them with a date.
  const asItemsOf = (lines, name) => {
    let place = 0;
    return lines.map((line) => {
      if (!MARKER.test(line)) return line;
      return markOf(name, (place += 1)) + itemHeads.add(itemHeads.clear(line).replace(MARKER, ""), name);
    });
  };

  const offsetOf = (lines, line) => lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);

  const sampleOf = (name) => template.content.querySelector(`[data-tool="${name}"]`).dataset.sample;

  const isCaret = ({ selectionStart, selectionEnd }) => selectionStart === selectionEnd;

  const insertBelow = (field, line, sample) => {
    const end = offsetOf(field.value.split("\n"), line + 1) - 1;
    selectWords(field, writeApart(field, end, end, sample), sample);
  };

  // The sample of a block that nobody has changed is replaced by that of another block. With nothing selected,
  // another block goes below the one that the caret is in.
  const block = (name) => (field, sample) => {
    const whole = `::: ${name}\n${sample}\n:::`;
    const inside = blockAt(field);
    if (inside) return changeBlock(field, inside, name, whole);
    const within = quoteAt(field);
    const isPart = within && (isCaret(field) || within.first < within.from || within.to < within.last);
    if (isPart) return insertBelow(field, within.last, whole); // its speaker stays with it
    const { start, end, lines } = linesAt(field);
    if (!filled(lines).length) return insertSample(field, whole);
    const text = [`::: ${name}`, ...itemsOf(lines, name), ":::"].join("\n");
    selectPlace(field, writeApart(field, start, end, text), text);
  };

  const changeBlock = (field, inside, name, sample) => {
    const { first, last, lines } = inside;
    const start = offsetOf(lines, first);
    const end = offsetOf(lines, last) + lines[last].length;
    const items = lines.slice(first + 1, last);
    if (inside.name !== name && items.join("\n") === sampleOf(inside.name)) {
      write(field, start, end, sample);
      return selectWords(field, start, sample);
    }
    const isOff = inside.name === name;
    if (!isOff && isCaret(field)) return insertBelow(field, last, sample);
    const text = (isOff ? items.map(itemHeads.clear) : [`::: ${name}`, ...asItemsOf(items, name), ":::"]).join("\n");
    write(field, start, end, text);
    selectPlace(field, start, text);
  };

  // The first place to fill in, or else all of the text; `begin`: where it begins.
  const selectPlace = (field, begin, text) => {
    const [start, end] = itemHeads.find(text) ?? [0, text.length];
    field.setSelectionRange(begin + start, begin + end);
  };

  const insertSample = (field, sample) => {
    const { start, end } = linesAt(field);
    selectWords(field, writeApart(field, start, end, sample), sample);
  };

  // The words of a sample that are to be written over; `begin`: where the sample begins.
  const selectWords = (field, begin, sample) => {
    const words = /\*\*([^*\n]+)\*\*|^(?:>|##) ([^\n]+)/m.exec(sample);
    const text = words[1] ?? words[2];
    const offset = begin + words.index + words[0].indexOf(text);
    field.setSelectionRange(offset, offset + text.length);
  };

  const BLOCKS = { facts: block("facts"), timeline: block("timeline"), points: block("points") };
  const TOOLS = { heading, bold, link, list, quote, ...BLOCKS };

  const IS_ON = {
    heading: (field) => isHeading(linesAt(field).lines),
    bold: (field) => boldAround(field.value, ...wordAt(field)) !== null,
    link: (field) => linkAt(field) !== undefined,
    list: (field) => isList(linesAt(field).lines),
    quote: (field) => isQuote(linesAt(field).lines),
  };

  const isOn = (tool, field) => (IS_ON[tool] ? IS_ON[tool](field) : blockAt(field)?.name === tool);

  const addTools = (field, template) => {
    const bar = template.content.firstElementChild.cloneNode(true);
    if (field.dataset.markup === "email") for (const one of bar.querySelectorAll(".sep, .sep ~ *")) one.remove();
    const buttons = [...bar.querySelectorAll("button")];
    bar.id = `${field.id}-tools`;
    bar.setAttribute("aria-controls", field.id);
    buttons[0].tabIndex = 0;
    field.before(bar);

    const use = (button) => {
      field.focus();
      TOOLS[button.dataset.tool](field, button.dataset.sample);
      scrollToSelection(field);
      show();
    };
    const show = () => {
      for (const button of buttons) button.setAttribute("aria-pressed", isOn(button.dataset.tool, field));
    };
    const go = (place) => {
      const next = buttons[(place + buttons.length) % buttons.length];
      for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
      next.focus();
    };

    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) use(button);
    });
    bar.addEventListener("keydown", (event) => {
      const here = buttons.indexOf(event.target);
      const forward = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      const place = { [forward]: here + 1, [back]: here - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (here < 0 || (place === undefined && event.key !== "Escape")) return;
      event.preventDefault();
      if (event.key === "Escape") field.focus();
      else go(place);
    });
    field.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const tool = (event.shiftKey ? SHIFT_KEYS : KEYS)[keyOf(event)];
      const button = buttons.find((one) => bar.contains(one) && one.dataset.tool === tool);
      if (!button) return;
      event.preventDefault();
      use(button);
    });
    for (const name of ["input", "keyup", "pointerup", "focus", "selectionchange"]) field.addEventListener(name, show);
  };

  // The letter on the key; on a keyboard of another alphabet, the key in the same place.
  const keyOf = ({ key, code }) => (/^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : code);

  const template = document.getElementById("markup-tools");
  for (const field of document.querySelectorAll("textarea[data-markup]")) addTools(field, template);
}
