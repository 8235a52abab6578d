// Brings the current tab into view where the style sheet cannot (scroll-initial-target). Tabs work without this script.
"use strict";

if (!CSS.supports("scroll-initial-target", "nearest")) {
  const current = document.querySelector(".tabs [aria-current]");
  if (current) current.parentElement.scrollLeft += // sideways only: the page itself stays at its top
    current.getBoundingClientRect().left - (current.parentElement.clientWidth - current.offsetWidth) / 2;
}
