// Rows of a form by keyboard: a digit adds a row to the first, second, third group, and a new row begins at its first field.
"use strict";

{
  const $ = window.django?.jQuery;
  const FIELDS = ".select2-selection, input:not([type=hidden]), textarea, select:not(.select2-hidden-accessible)";

  // Django draws the links when jQuery is ready; this file is deferred, so that jQuery calls back after that.
  $?.(() => {
    const links = document.querySelectorAll(".inline-group .add-row a");
    [...links].slice(0, 9).forEach((link, place) => (link.dataset.key = String(place + 1)));
  });

  // Only for whoever pressed the link: rows are also added when text is put back.
  document.addEventListener("formset:added", (event) => {
    if (document.activeElement?.closest(".add-row")) {
      setTimeout(() => event.target.querySelector(FIELDS)?.focus());
    }
  });
}
