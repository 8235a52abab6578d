// Says at once that a file is too large, instead of sending it: the answer would leave nothing of what was typed.
// Shows a picture that was chosen, so that its focal point is chosen on it. It is drawn, because pages load pictures
// only from the site.
"use strict";

const show = async ({ files: [file], dataset: { shownIn } }) => {
  const bitmap = await createImageBitmap(file, { resizeWidth: 960 }).catch(() => null); // if not, the server says so
  if (!bitmap) return;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  const place = document.getElementById(shownIn);
  place.querySelector("img, canvas")?.remove();
  place.prepend(canvas);
  place.classList.add("focus-picture");
  for (const drawn of document.querySelectorAll("[data-until-chosen]")) drawn.hidden = true;
};

document.addEventListener("change", ({ target: field }) => {
  if (!field.dataset.mostBytes) return;
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.mostBytes));
  field.nextElementSibling.hidden = !isTooLarge;
  if (isTooLarge) field.value = "";
  else if (field.dataset.shownIn && field.files.length) show(field);
}, true); // before others send the file
