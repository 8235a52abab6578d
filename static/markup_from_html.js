// Formatted text as the markup of texts: headings, bold, links, lists, quotes and paragraphs. All else is plain text.
"use strict";

const markupFromHtml = (() => {
  const SKIPPED = new Set(["SCRIPT", "STYLE", "TITLE", "TEMPLATE", "SELECT", "TEXTAREA"]);
  const BLOCKS = new Set(
    ("P H1 H2 H3 H4 H5 H6 ADDRESS ARTICLE ASIDE BLOCKQUOTE CAPTION DD DIV DL DT FIGCAPTION FIGURE FOOTER HEADER " +
      "HR MAIN NAV PRE SECTION TABLE TR").split(" "),
  );
  const ADDRESS = /^https?:\/\/\S/i;
  const LINE_START = /^(#{1,6}(?=\s)|>|[+-](?=\s)|:{3}|\d{1,9}(?=[.)]\s))/; // would be a mark

  // Its inline styles, which the content security policy would report, are in another attribute.
  const parse = (html) => {
    const text = html.replace(/<style[\s\S]*?<\/style>/gi, "");
    const safe = text.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, " data-style="));
    return new DOMParser().parseFromString(safe, "text/html").body;
  };

  const encodeAddress = (address) => address.replace(/[\s()<>]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);

  const styleOf = (element) => element.dataset?.style ?? "";

  // Google Docs wraps everything in a `b` that is not bold.
  const isBold = (element, before) => {
    const weight = /(?<![-\w])font-weight:\s*(\w+)/i.exec(styleOf(element))?.[1];
    if (weight) return /^bold/i.test(weight) || Number(weight) >= 600;
    return before || element.matches("b, strong");
  };

  // Of an item of a list, as Word writes it: `·` or `1.`, which it has in a part of its own.
  const wordMark = (element) => {
    const mark = [...element.querySelectorAll("[data-style]")].find((one) => /mso-list:\s*ignore/i.test(styleOf(one)));
    const text = mark?.textContent ?? "";
    mark?.remove();
    return `${/^\s*\d+/.exec(text)?.[0].trim() ?? ""}${/\d/.test(text) ? "." : "-"} `;
  };

  const listMark = (item) => {
    const list = item.parentElement;
    if (list?.tagName !== "OL") return "- ";
    const items = [...list.children].filter((one) => one.tagName === "LI");
    return `${(Number(list.getAttribute("start")) || 1) + items.indexOf(item)}. `;
  };

  // What the text in an element is: `mark`: what its block begins with, `indent`: what is before that.
  const within = (element, outer) => {
    const style = { ...outer, isBold: isBold(element, outer.isBold) };
    const tag = element.tagName;
    if (tag === "A") style.address = (element.getAttribute("href") ?? "").trim();
    if (tag === "BLOCKQUOTE") style.quote = element;
    const isHeading = /^H[1-6]$/.test(tag) && !outer.isItem && !outer.quote;
    if (isHeading) style.mark = `${"#".repeat(Math.max(2, tag[1]))} `;
    const isList = /^[UO]L$/.test(tag);
    if (isList) Object.assign(style, { depth: tag === "OL" ? 3 : 2, indent: outer.indent + " ".repeat(outer.depth) });
    const isOfWord = /^MsoListParagraph/.test(element.className);
    const mark = tag === "LI" ? listMark(element) : isOfWord ? wordMark(element) : "";
    return mark ? { ...style, mark, isItem: true } : style;
  };

  const read = (root) => {
    const blocks = [];
    let block = null; // the one that text is added to
    const add = (text, style) => {
      if (!block && !text.trim()) return;
      if (!block) blocks.push((block = { ...style, pieces: [] }));
      block.pieces.push({ text, isBold: style.isBold && !style.mark.startsWith("#"), address: style.address });
    };
    const walk = (node, style) => {
      if (node.nodeType === Node.TEXT_NODE) return add(node.data.replace(/[ \t\r\n\f]+/g, " "), style);
      if (node.nodeType !== Node.ELEMENT_NODE || SKIPPED.has(node.tagName)) return;
      if (/display:\s*none/i.test(styleOf(node))) return;
      if (node.tagName === "BR") {
        if (block?.pieces.at(-1).text === "\n" && !style.isItem) block = null;
        return add("\n", style);
      }
      const inner = within(node, style);
      const isBlock = BLOCKS.has(node.tagName);
      const isOwn = /^(?:LI|UL|OL)$/.test(node.tagName) || (isBlock && !style.isItem);
      if (isOwn) block = null;
      else if (isBlock || /^T[DH]$/.test(node.tagName)) add(" ", style);
      for (const child of node.childNodes) walk(child, inner);
      if (isOwn) block = null;
    };
    walk(root, { mark: "", indent: "", depth: 0, address: "", isBold: false });
    return blocks;
  };

  // Markup around words, without the spaces at their ends.
  const around = (text, wrap) => {
    const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
    return before + (words && wrap(words)) + after;
  };

  const groups = (pieces, key) => {
    const found = [];
    for (const piece of pieces) {
      const last = found.at(-1);
      if (last && (last[0][key] === piece[key] || !piece.text.trim())) last.push(piece);
      else found.push([piece]);
    }
    return found;
  };

  const linked = (pieces, isEmail) => {
    const text = pieces.map((piece) => piece.text.replace(/[\\`*]/g, "\\$&")).join("");
    const address = encodeAddress(pieces[0].address);
    const mailbox = /^mailto:([^?]+)/i.exec(address)?.[1];
    if (ADDRESS.test(address) || (mailbox && isEmail)) {
      return around(text, (words) => `[${words.replace(/[\[\]]/g, "\\$&").replace(/\s*\n\s*/g, " ")}](${address})`);
    }
    return mailbox && !text.includes(mailbox) ? around(text, (words) => `${words} (${mailbox})`) : text;
  };

  // Between a mark that ends or begins with punctuation and a letter there is a space: else it would mean nothing.
  const joined = (parts) =>
    parts.reduce((text, part) => {
      const isApart = /\p{P}\*\*$/u.test(text) && /^[\p{L}\p{N}]/u.test(part);
      return text + (isApart || (/[\p{L}\p{N}]$/u.test(text) && /^\*\*[^*\p{L}\p{N}]/u.test(part)) ? " " : "") + part;
    }, "");

  const written = (block, isEmail) => {
    const parts = groups(block.pieces, "isBold").map((pieces) => {
      const text = groups(pieces, "address").map((some) => linked(some, isEmail)).join("");
      return pieces[0].isBold ? around(text, (words) => `**${words}**`) : text;
    });
    const lines = joined(parts).trim().split(/[ \u00a0]*\n[ \u00a0]*/);
    const text = lines.map((line) => line.replace(/ [ \u00a0]+|\u00a0 +/g, " ")).join(block.mark ? " " : "  \n");
    const safe = block.mark ? text : text.replace(LINE_START, (mark) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
    return (block.indent + block.mark + safe).replace(/^/gm, block.quote ? "> " : "");
  };

  const space = (block, next) => {
    if (block.isItem && next.isItem && block.quote === next.quote) return "\n";
    return block.quote && block.quote === next.quote ? "\n>\n" : "\n\n";
  };

  // The markup, and whether it is a part of a paragraph; null if plain text says the same.
  return (html, isEmail) => {
    const root = parse(html);
    const blocks = read(root);
    const isPlain = ({ mark, quote, pieces }) => !mark && !quote && !pieces.some((one) => one.isBold || one.address);
    const isLong = blocks.length > 1 && root.querySelectorAll("p").length > 1;
    if (!isLong && blocks.every(isPlain)) return null;
    const spaces = blocks.map((block, place) => (place ? space(blocks[place - 1], block) : ""));
    const text = blocks.map((block, place) => spaces[place] + written(block, isEmail)).join("");
    return { text, isInline: blocks.length === 1 && !blocks[0].mark && !blocks[0].quote };
  };
})();
