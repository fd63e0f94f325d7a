// Nothing typed is lost: a changed form asks before it is left, and its text is kept for the tab and offered back there.
"use strict";

{
  const SLOT = "unsaved ";
  const KEPT_WITHIN = 800; // milliseconds after the first of several changes
  const LEFT_WITHIN = 1000; // milliseconds after a form is sent; a browser that has not left by then stays

  const { read, readAsSent, changes, putBack } = window.formValues;
  const form = document.querySelector("#content-main form[id$=_form][method=post]");
  // A pop-up starts with a copy of what its opener keeps, which may be of a form at the same address.
  const place = location.pathname + (form?.elements._popup ? " in a pop-up" : "");
  // Which state of the entry the form shows, where forms say so.
  const startedFrom = () => form.elements._started_from?.value;

  // What is kept for the tab. A form keeps its text in a slot of its own, so that it never overwrites what it offers.

  const inStorage = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return undefined; // Storage is full or switched off; the question before leaving does without it.
    }
  };
  const slots = () =>
    inStorage((storage) =>
      Object.keys(storage)
        .filter((key) => key.startsWith(SLOT))
        .map((key) => JSON.parse(storage.getItem(key))),
    ) ?? [];
  const store = (slot) => inStorage((storage) => storage.setItem(slot.key, JSON.stringify(slot)));
  const drop = (slot) => inStorage((storage) => storage.removeItem(slot.key));

  // What the page before this one sent: a save that was accepted ends in a redirect, and not in one to a page of signing in.
  // A form that comes back with errors is still compared with what it said before it was first changed.
  const settleSent = () => {
    const wasAccepted =
      performance.getEntriesByType("navigation")[0]?.redirectCount > 0 &&
      !document.querySelector("#login-form, [data-signing-in]");
    const hasErrors = Boolean(form?.querySelector(".errornote"));
    let refused = hasErrors ? { before: {} } : undefined;
    for (const slot of slots().filter((each) => each.isSent)) {
      if (wasAccepted) {
        drop(slot);
      } else if (hasErrors && slot.place === place) {
        refused = slot;
        drop(slot);
      } else {
        store({ ...slot, isSent: false });
      }
    }
    return refused;
  };

  const guard = (refused) => {
    const key = `${SLOT}${place} ${Date.now()}`;
    const before = refused?.before ?? readAsSent(form);
    let at = refused?.at ?? Date.now();
    let sent = "";
    let isLeaving = false;
    let timer;

    const isChanged = () => changes(read(form), before).length > 0;
    const keep = () => {
      const said = read(form);
      if (changes(said, before).length > 0) {
        store({ key, place, startedFrom: startedFrom(), at, before, said, isSent: JSON.stringify(said) === sent });
      } else {
        drop({ key });
      }
    };
    const keepSoon = () => {
      at = Date.now();
      timer ??= setTimeout(() => {
        timer = undefined;
        keep();
      }, KEPT_WITHIN);
    };

    // jQuery also hears what it tells itself, such as the choice in an autocomplete.
    const $ = window.django?.jQuery;
    for (const type of ["input", "change", "click", "dragend"]) {
      $ ? $(form).on(type, keepSoon) : form.addEventListener(type, keepSoon);
    }
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", keep);
    window.addEventListener("beforeunload", (event) => {
      if (!isLeaving && isChanged()) {
        event.preventDefault();
      }
    });
    // On the window: whoever stops the sending of the form has done so by then. A preview opens in a tab of its own.
    window.addEventListener("submit", (event) => {
      const target = event.submitter?.formTarget || form.target || "_self";
      if (event.target === form && !event.defaultPrevented && target === "_self") {
        isLeaving = true;
        setTimeout(() => (isLeaving = false), LEFT_WITHIN);
        sent = JSON.stringify(read(form));
        keep();
      }
    });
    // Not earlier: some browsers fill in again what was typed only after the page is loaded.
    window.addEventListener("pageshow", () => {
      keep();
      offer({ isOther: (slot) => slot.key !== key, keep });
    });
  };

  // The notice

  const notice = document.getElementById("unsaved");
  const show = (id) => notice.replaceChildren(document.getElementById(id).content.cloneNode(true));
  const onAnswer = (name, act) => notice.querySelector(`[data-answer=${name}]`).addEventListener("click", act);

  // The English of the site is British: 14:03, 27 Nov 2026.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const inWords = (at) => {
    const isToday = at.toDateString() === new Date().toDateString();
    const style = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
    return at.toLocaleString(language, style);
  };

  // Offers the newest text that is not in the form; what is in it already needs no keeping.
  const offer = (own) => {
    notice.replaceChildren();
    const said = read(form);
    const others = slots().filter((slot) => slot.place === place && own.isOther(slot));
    const missing = (slot) => {
      const shown = new Set(changes(slot.said, said));
      return changes(slot.said, slot.before).some((name) => shown.has(name));
    };
    others.filter((slot) => !missing(slot)).forEach(drop);
    const [slot] = others.filter(missing).sort((one, other) => other.at - one.at);
    if (!slot) {
      return;
    }
    show("unsaved-offer");
    notice.querySelector("[data-at]").append(inWords(new Date(slot.at)));
    notice.querySelector("[data-when=changed-since]").hidden = slot.startedFrom === startedFrom();
    onAnswer("put-back", () => {
      const [first] = putBack(form, slot.said, slot.before);
      own.keep();
      drop(slot);
      show("unsaved-back");
      first?.focus();
    });
    onAnswer("throw-away", () => {
      drop(slot);
      offer(own);
      document.getElementById("content-start").focus();
    });
  };

  const refused = settleSent();
  if (form) {
    guard(refused);
  }
}
