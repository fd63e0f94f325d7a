// What the staff pages need beyond Django's own scripts: names for what its scripts draw and its templates leave without one,
// folded groups that open themselves when they hold something, and a new form that begins at its first field.
"use strict";

{
  const textOf = (label) => (label?.textContent || "").trim().replace(/\s*[::]$/, "");

  // An autocomplete draws its own box beside the select, which the label of the select does not name.
  const nameAutocompletes = (root) => {
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling.querySelector(".select2-selection");
      const parts = box.querySelectorAll("[role=textbox], .select2-search__field");
      for (const element of [box, ...parts]) {
        element.removeAttribute("aria-labelledby");
        element.setAttribute("aria-label", textOf(select.labels[0]));
      }
    }
  };

  const openFilledGroups = () => {
    for (const group of document.querySelectorAll(".inline-related details")) {
      const controls = [...group.querySelectorAll("input:not([type=hidden]), select, textarea")];
      group.open ||= controls.some((control) => control.value !== "");
    }
  };

  const nameSearch = () => {
    const box = document.getElementById("searchbar");
    const picture = box?.labels[0].querySelector("img"); // Django's own label has no words
    if (picture) {
      box.setAttribute("aria-label", picture.alt);
    }
  };

  // Managers of passwords, and browsers, look for the name that a password belongs to.
  const nameOwnersOfPasswords = () => {
    for (const form of document.querySelectorAll("form:has(input[type=password])")) {
      let owner = form.querySelector("input[name=username]");
      if (!owner) {
        owner = document.createElement("input");
        owner.type = "text";
        owner.hidden = true;
        owner.value = textOf(document.querySelector("#user-tools strong"));
        form.prepend(owner);
      }
      owner.autocomplete = "username";
    }
  };

  // Django's script goes to the first control of a new form, which is a button where buttons stand above the fields.
  const goToFirstField = () => {
    if (document.activeElement.matches(".submit-row input")) {
      document.querySelector("#content-main form [data-key=e]")?.focus();
    }
  };

  // Django's script is loaded beside the page; once all of it is there, that script has run.
  window.addEventListener("load", goToFirstField);
  nameOwnersOfPasswords();
  // A mark that has a name is a picture; Django draws these once everything is loaded.
  window.addEventListener("load", () => {
    for (const mark of document.querySelectorAll(".help-tooltip[aria-label]")) {
      mark.setAttribute("role", "img");
    }
  });
  nameSearch();
  // Each chosen entry has its own cross; one more for all of them would break the list it stands in.
  for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
    select.dataset.allowClear = "false";
  }
  // This file is deferred, so jQuery calls back after it has called Django's scripts, which draw the boxes.
  window.django?.jQuery?.(() => {
    nameAutocompletes(document);
    openFilledGroups();
    window.django.jQuery(document).on("select2:open", (event) => {
      const field = document.querySelector(".select2-container--open .select2-search__field");
      field?.setAttribute("aria-label", textOf(event.target.labels[0]));
    });
  });
  document.addEventListener("formset:added", (event) => setTimeout(() => nameAutocompletes(event.target)));
}
