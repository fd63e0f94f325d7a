// Keys of the staff pages: Ctrl+S saves from anywhere; single keys, which can be switched off, act outside of fields.
// A page gives a link, button, field or place a key of its own by data-key.
"use strict";

{
  const SWITCH = "partnership.single-keys";
  const dialog = document.getElementById("keys");

  const inStorage = (act) => {
    try {
      return act(localStorage);
    } catch {
      return undefined; // Storage is switched off: the keys stay on.
    }
  };
  const areOn = () => inStorage((storage) => storage.getItem(SWITCH)) !== "off";

  const first = (...selectors) =>
    selectors.map((selector) => document.querySelector(selector)).find((element) => element?.checkVisibility());
  const saveButton = () => first("#content-main [name=_continue]", "#content-main [name=_save]");
  const searchField = () => first("#searchbar", "#nav-filter");
  const withKeys = () => [...document.querySelectorAll("[data-key]")].filter((element) => element.checkVisibility());

  const isField = (element) =>
    element.matches("select, textarea, input:not([type=button], [type=checkbox], [type=radio], [type=reset], [type=submit])");
  const takesLetters = (element) =>
    isField(element) || element.isContentEditable || Boolean(element.closest("[role=combobox], [role=listbox]"));

  // A place, such as a list of links, takes the focus; what is pressed has it, as after a click.
  const isPlace = (element) => element.getAttribute("tabindex") === "-1";

  const act = (element) => {
    element.focus();
    if (!isField(element) && !isPlace(element)) {
      element.click();
    }
  };

  // The list of keys

  const wordsFor = (element) => {
    const words = element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent;
    return (words || element.value).trim().replace(/\s+/g, " ").replace(/\s*[::]$/, "");
  };

  const list = () => {
    const ofPage = dialog.querySelector("[data-keys=page]");
    ofPage.replaceChildren();
    for (const element of withKeys()) {
      const line = document.getElementById("keys-line").content.cloneNode(true);
      line.querySelector("[data-name]").textContent = element.dataset.key;
      line.querySelector("[data-words]").textContent = wordsFor(element);
      ofPage.append(line);
    }
    ofPage.hidden = !ofPage.hasChildNodes();
    dialog.querySelector("[data-keys=save]").hidden = !saveButton();
    dialog.querySelector("[data-keys=search]").hidden = !searchField();
  };

  const open = () => {
    list();
    dialog.querySelector("#keys-single").checked = areOn();
    dialog.showModal();
  };

  // Pressing

  const single = (key) => {
    if (key === "?") {
      return open;
    }
    const element = key === "/" ? searchField() : withKeys().find((each) => each.dataset.key === key);
    return element && (() => act(element));
  };

  const isSave = (event) =>
    event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s";

  // The keys that hold a sign down differ from keyboard to keyboard: “/” may need Shift. A letter never does.
  const keyOf = (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isLetter = event.key.toLowerCase() !== event.key.toUpperCase();
    return isPlain && !(isLetter && event.shiftKey) ? event.key.toLowerCase() : "";
  };

  const onKey = (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) {
      return;
    }
    let press;
    if (isSave(event)) {
      press = saveButton() && (() => saveButton().click());
    } else if (areOn() && !takesLetters(event.target)) {
      press = single(keyOf(event));
    }
    if (press) {
      event.preventDefault();
      // A key that is held down acts once.
      if (!event.repeat) {
        press();
      }
    }
  };

  if (dialog) {
    document.addEventListener("keydown", onKey);
    document.getElementById("keys-open").addEventListener("click", open);
    document.getElementById("keys-open").hidden = false;
    dialog.querySelector("#keys-single").addEventListener("change", (event) => {
      inStorage((storage) => storage.setItem(SWITCH, event.target.checked ? "on" : "off"));
    });
  }
}
