// A citation can be copied from one form and pasted into another, in this tab or the next: what it supports stays behind, for
// that names a field or row of its own entry.
"use strict";

{
  const PLACE = "partnership.citation";
  const GROUP = "citations";
  const FIELDS = ["source", "locator", "stance", "value_stated", "note"];

  const { read, addRow, fill } = window.formValues;
  const group = document.getElementById(`${GROUP}-group`);
  const form = group?.closest("form");

  const inStorage = (act) => {
    try {
      return act(localStorage);
    } catch {
      return undefined; // Storage is switched off, or holds what this file did not write: nothing can be pasted.
    }
  };
  const isList = (values) => Array.isArray(values) && values.every((each) => Array.isArray(each) && each.length === 2);
  const copied = () =>
    inStorage((storage) => {
      const said = JSON.parse(storage.getItem(PLACE));
      return isList(said?.source) ? said : undefined;
    });

  const fresh = (id) => document.getElementById(id).content.cloneNode(true).firstElementChild;

  const equip = (links) => {
    const paste = fresh("citation-paste");
    const status = fresh("citation-copied");
    const showPaste = () => (paste.hidden = !copied());
    links.append(paste);
    links.after(status);
    showPaste();

    const copy = (row) => {
      const values = read(form);
      const said = FIELDS.map((field) => [field, values[`${row.id}-${field}`] ?? []]);
      inStorage((storage) => storage.setItem(PLACE, JSON.stringify(Object.fromEntries(said))));
      showPaste();
      status.hidden = paste.hidden;
      status.textContent = status.dataset.words;
    };

    const pasteInto = (number) => {
      const said = copied();
      for (const field of FIELDS.filter((each) => isList(said[each]))) {
        fill(form, `${GROUP}-${number}-${field}`, said[field]);
      }
      // After the script that goes to the first field of a new row.
      setTimeout(() => form.elements[`${GROUP}-${number}-locator`]?.focus());
    };

    // The row from which new ones are made has its button, too, so that these have theirs.
    for (const row of group.querySelectorAll(".inline-related")) {
      row.append(fresh("citation-copy"));
    }
    group.addEventListener("click", (event) => {
      if (event.target.closest("[data-act=copy-citation]")) {
        copy(event.target.closest(".inline-related"));
      } else if (event.target === paste && copied()) {
        const number = addRow(form, GROUP);
        if (number !== undefined) {
          pasteInto(number);
        }
      }
    });
    window.addEventListener("storage", showPaste);
  };

  // Django draws the link that adds a row when jQuery is ready, and none where nothing may be written.
  window.django?.jQuery?.(() => {
    const links = group?.querySelector(".add-row");
    if (links) {
      equip(links);
    }
  });
}
