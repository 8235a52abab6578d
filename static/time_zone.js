// Offers the time zone of the browser beside the list of all time zones.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const button of document.querySelectorAll("[data-zone]")) {
  const list = document.getElementById(button.dataset.zone);
  if (!zone || list.value === zone) continue;
  button.textContent = button.dataset.words.replace("ZONE", zone.replaceAll("_", " "));
  button.hidden = false;
  button.addEventListener("click", () => {
    if (![...list.options].some((option) => option.value === zone)) list.add(new Option(zone, zone)); // a former name
    list.value = zone;
    list.focus();
    button.hidden = true;
  });
}
