// Takes the channel of a shared link along when the reader changes the language. Pages are the same for
// everyone, so the server cannot add it; without this script the form is counted without a channel.
"use strict";

const { search } = location;
if (search) {
  for (const link of document.querySelectorAll(".langs a")) link.search = search;
}
