// Who else has the form of an entry open: asked while somebody looks at the page, and told when it is left.
"use strict";

{
  const EVERY = 30_000; // milliseconds; the site takes who was silent for 90 seconds for gone

  const notice = document.getElementById("presence");
  const pattern = document.getElementById("presence-other");
  let isNoted = false;
  let isOver = false;

  const signed = () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("#content-main [name=csrfmiddlewaretoken]").value);
    return body;
  };

  // Telling

  const namesIn = (element) => [...element.querySelectorAll("[data-name]")].map((name) => name.textContent);
  const line = ({ name }) => {
    const other = pattern.content.cloneNode(true);
    other.querySelector("[data-name]").textContent = name;
    return other;
  };
  // What is read out changes only when somebody comes or goes; how long ago they were seen does not.
  const show = (others) => {
    const names = others.map(({ name }) => name);
    if (JSON.stringify(namesIn(notice)) !== JSON.stringify(names)) {
      notice.replaceChildren(...others.map(line));
    }
    notice.querySelectorAll("[data-seconds]").forEach((place, order) => {
      place.textContent = others[order].seconds;
    });
  };

  // Asking

  const stop = () => {
    isOver = true;
    show([]);
  };

  const ask = async () => {
    if (isOver || document.visibilityState !== "visible") {
      return;
    }
    try {
      const answer = await fetch(notice.dataset.open, { method: "POST", body: signed(), redirect: "manual" });
      if (answer.ok) {
        const { others } = await answer.json();
        isNoted = true;
        show(others);
      } else if (answer.status < 500) {
        stop(); // the session has ended, or the entry is gone
      }
    } catch {
      // The network is away, or the page is being left: the next time may do better.
    }
  };

  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pageshow", (event) => event.persisted && ask());
  window.addEventListener("pagehide", () => {
    if (isNoted && !isOver) {
      isNoted = false;
      navigator.sendBeacon(notice.dataset.close, signed());
    }
  });
}
