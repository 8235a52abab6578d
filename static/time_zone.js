// Offers the time zone of the browser beside the list of all time zones.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const button of document.querySelectorAll("[data-zone]")) {
  const list = document.getElementById(button.dataset.zone);
  if (!zone || list.value === zone) continue;
  const listed = [...list.options].find((option) => option.value === zone);
  const city = listed?.label ?? zone.split("/").pop().replaceAll("_", " "); // a former name is not in the list
  button.textContent = button.dataset.words.replace("ZONE", city);
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!listed) list.add(new Option(city, zone));
    list.value = zone;
    list.focus();
    button.hidden = true;
  });
}
