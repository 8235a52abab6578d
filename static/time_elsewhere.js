// Beside a time field, says what the typed time is in the time zone of the organisation.
// Without this script the page says it of the time that is saved.
"use strict";

for (const note of document.querySelectorAll("[data-elsewhere]")) {
  const { elsewhere, here, there, locale } = note.dataset;
  const words = note.dataset.words.replace("\u2066", "\u2068"); // the direction of MOMENT is not that of a time
  const field = document.getElementById(elsewhere);

  // Day and time in a zone, as the field has them: 2026-11-25T14:00. Swedish writes them so, but for the T.
  const local = (at, timeZone) => {
    const [year, month, day, hour, minute] = ["numeric", "2-digit", "2-digit", "2-digit", "2-digit"];
    const parts = { year, month, day, hour, minute, hourCycle: "h23", timeZone };
    return Intl.DateTimeFormat("sv-SE", parts).format(at).replace(" ", "T");
  };

  // The one instant of the typed time; undefined for one that the clocks skip or repeat, which the server explains.
  const instant = (typed) => {
    const asUtc = Date.parse(`${typed}Z`);
    const day = 86_400_000;
    const offsets = [asUtc - day, asUtc + day].map((at) => Date.parse(`${local(at, here)}Z`) - at);
    const found = [...new Set(offsets)].map((offset) => asUtc - offset).filter((at) => local(at, here) === typed);
    return found.length === 1 ? found[0] : undefined;
  };

  const moment = (typed) => {
    const at = instant(typed);
    const theirs = at === undefined ? typed : local(at, there);
    if (theirs === typed) return "";
    const day = theirs.slice(0, 10) === typed.slice(0, 10) ? undefined : "medium";
    return Intl.DateTimeFormat(locale, { dateStyle: day, timeStyle: "short", timeZone: there }).format(at);
  };

  const show = () => {
    let found = "";
    try {
      if (field.value) found = moment(field.value.slice(0, 16));
    } catch {
      // A browser that does not know the zone, or a year that no date can have: nothing is said.
    }
    note.textContent = words.replace("MOMENT", found);
    note.hidden = !found;
  };

  field.addEventListener("input", show);
  if (note.hidden || field.value !== field.defaultValue) show(); // the browser may have restored what was typed
}
