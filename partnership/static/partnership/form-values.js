// What a form says and how it is put back, for unsaved.js and citations.js: for each name a list of values, each with its words.
"use strict";

{
  const NO_TEXT = ["button", "file", "image", "password", "reset", "submit"];

  const isTicked = (control) => ["checkbox", "radio"].includes(control.type);
  const isRead = (control) =>
    control.name &&
    !NO_TEXT.includes(control.type) &&
    !control.name.includes("__prefix__") &&
    !control.matches("[name=csrfmiddlewaretoken], [type=hidden][name^=_], .selector select[id$=_from]");

  // Reading

  // Of two lists side by side (filter_horizontal) the second is what is chosen, marked or not.
  const chosenOf = (select) => window.SelectBox?.cache[select.id] ?? [...select.selectedOptions];
  const valuesOf = (control) => {
    if (control.localName === "select") {
      return chosenOf(control).map(({ value, text }) => [value, text]);
    }
    return isTicked(control) && !control.checked ? [] : [[control.value, ""]];
  };

  const read = (form) => {
    const said = {};
    for (const control of [...form.elements].filter(isRead)) {
      (said[control.name] ??= []).push(...valuesOf(control));
    }
    return said;
  };

  // As the server sent it, even where the browser has filled in again what was typed before a reload.
  const readAsSent = (form) => {
    const copy = form.cloneNode(true);
    copy.reset();
    return read(copy);
  };

  const plain = (values = []) => JSON.stringify(values.map(([value]) => value).sort());
  const changes = (said, before) =>
    Object.keys({ ...before, ...said }).filter((name) => plain(said[name]) !== plain(before[name]));

  // Putting back

  const choose = (select, values) => {
    const isChosen = (option) => values.some(([value]) => value === option.value);
    const offered = [...select.options].map((option) => option.value);
    const missing = values.filter(([value]) => !offered.includes(value));
    // An autocomplete has only the options that were chosen in it.
    select.append(...missing.map(([value, text]) => new Option(text, value)));
    for (const option of select.options) {
      option.selected = isChosen(option);
    }
  };

  const chooseOfTwo = (second, values) => {
    const first = document.getElementById(second.id.replace(/_to$/, "_from"));
    const isChosen = (option) => values.some(([value]) => value === option.value);
    for (const [from, to, moves] of [
      [first, second, isChosen],
      [second, first, (option) => !isChosen(option)],
    ]) {
      for (const option of from.options) {
        option.selected = moves(option);
      }
      window.SelectBox.move(from.id, to.id);
    }
  };

  const fillOne = (control, values, order) => {
    if (control.localName === "select") {
      (window.SelectBox?.cache[control.id] ? chooseOfTwo : choose)(control, values);
    } else if (isTicked(control)) {
      control.checked = values.some(([value]) => value === control.value);
    } else {
      control.value = values[order]?.[0] ?? "";
    }
    control.closest("details")?.setAttribute("open", "");
    for (const type of ["input", "change"]) {
      control.dispatchEvent(new Event(type, { bubbles: true }));
    }
  };

  // Hidden fields are Django's own: numbers and keys of rows.
  const fill = (form, name, values) => {
    const isMeant = (control) => control.name === name && isRead(control) && control.type !== "hidden";
    const controls = [...form.elements].filter(isMeant);
    controls.forEach((control, order) => fillOne(control, values, order));
    return controls;
  };

  const totalOf = (form, group) => Number(form.elements[`${group}-TOTAL_FORMS`]?.value);

  const addRow = (form, group) => {
    const total = totalOf(form, group);
    document.querySelector(`#${CSS.escape(group)}-group .add-row a`)?.click();
    return totalOf(form, group) > total ? total : undefined;
  };

  // A stored row is found by its key, for rows may have come and gone since; one that is not there is added.
  const rowFor = (form, group, key) => {
    const numbers = key ? [...Array(totalOf(form, group)).keys()] : [];
    const found = numbers.find((number) => form.elements[`${group}-${number}-key`]?.value === key);
    return found === undefined ? { number: addRow(form, group), isNew: true } : { number: found, isNew: false };
  };

  // Puts back what was changed and nothing else, since the rest of the form may be newer; returns the controls it filled.
  const putBack = (form, said, before) => {
    const changed = new Set(changes(said, before));
    const partsOf = (name) => {
      const [, group, number, field] = name.match(/^(.+)-(\d+)-(.+)$/) ?? [];
      return `${group}-TOTAL_FORMS` in said ? { group, field, row: `${group}-${number}` } : {};
    };
    const touched = [...new Set([...changed].map((name) => partsOf(name).row).filter(Boolean))];
    const rows = new Map();
    for (const row of touched) {
      const { group } = partsOf(`${row}-key`);
      rows.set(row, rowFor(form, group, before[`${row}-key`]?.[0][0]));
    }
    return Object.entries(said).flatMap(([name, values]) => {
      const { group, field, row } = partsOf(name);
      const place = rows.get(row);
      if (!changed.has(name) && !place?.isNew) {
        return [];
      }
      return fill(form, place ? `${group}-${place.number}-${field}` : name, values);
    });
  };

  window.formValues = { read, readAsSent, changes, addRow, fill, putBack };
}
