// The beginnings of the items of facts and timelines: their numbers and dates, which are in bold. An item without
// one gets a place to fill in, which the publishing checks find if it stays.
"use strict";

const itemHeads = (() => {
  const PLACE = "…";
  const PLACEHOLDER = `**${PLACE}** `;
  const IS_THERE = { facts: /^(?:\*\*|__)/, timeline: /^[*_]/ };
  const ITALICS = /^([*_])(?!\1)([^*_]+)\1(?![*_])/; // `*Not yet*` is for timelines only
  const NUMBER = /^[+−<>~≈]?[$€£₽]?\d+(?:[ \u00a0\u202f]\d{3}(?!\d)|[.,:/]\d+)*\s?[%‰٪]?/u; // “1 500”, “12.5 %”
  // “2005-03-21”, “21 de marzo de 1960”, “March 1960”, “1960”
  const DATE = /^(?:\d{1,4}(?:[-./]\d{1,4}){2}|(?:\d\S*\s(?:\S+\s){0,3}?|(?:\S+\s){0,2}?)\d{4}(?!\d)(?: года| г\.)?)/u;
  const LONGEST = 40; // characters of a date that a colon or a dash ends
  const END = /\s*:\s+|\s+[–—-]\s+/u;
  const SEPARATOR = /^\s*(?:[:.,]\s+|[–—-]\s+)?/u;

  // How much of an item is its number or date.
  const lengthOf = (text, name) => {
    const before = text.split(END, 1)[0];
    if (before.length < Math.min(text.length, LONGEST) && /\d/.test(before)) return before.length;
    const found = (name === "facts" ? NUMBER : DATE).exec(text)?.[0].trimEnd() ?? "";
    return /[\p{L}\p{N}]/u.test(text[found.length] ?? "") ? 0 : found.length; // “16th” stays whole
  };

  const add = (text, name) => {
    const kind = IS_THERE[name];
    if (!kind || !text || kind.test(text)) return text;
    if (ITALICS.test(text)) return text.replace(ITALICS, "**$2**");
    const length = lengthOf(text, name);
    if (!length) return PLACEHOLDER + text;
    return `**${text.slice(0, length)}** ${text.slice(length).replace(SEPARATOR, "")}`.trimEnd();
  };

  // Without the places that nobody has filled in.
  const clear = (line) => line.replace(PLACEHOLDER, "");

  // Where the first place to fill in is: its beginning and end, or null.
  const find = (text) => {
    const start = text.indexOf(PLACEHOLDER);
    return start < 0 ? null : [start + 2, start + 2 + PLACE.length];
  };

  return { PLACEHOLDER, add, clear, find };
})();
