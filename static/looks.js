// The colour and its code say the same; without this script the one that was changed is taken.
const colour = document.getElementById("colour");
const code = document.getElementById("code");

colour.addEventListener("input", () => {
  code.value = colour.value;
});
code.addEventListener("input", () => {
  if (/^#[0-9a-f]{6}$/i.test(code.value)) colour.value = code.value.toLowerCase();
});
