// Offers the paragraphs of the chosen source where a citation says where in it. Without it the field is plain text.
"use strict";

{
  const lists = new Map(); // of promises, by the number of the source

  const read = async (address) => {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      return answer.ok && !answer.redirected ? (await answer.json()).paragraphs : [];
    } catch {
      return []; // offline: what is typed is all there is
    }
  };

  const drawn = (id, paragraphs) => {
    const list = document.createElement("datalist");
    list.id = id;
    list.append(...paragraphs.map(({ locator, words }) => new Option(words, locator)));
    document.body.append(list);
  };

  const offer = async (field) => {
    const source = document.getElementById(field.id.replace(/-locator$/, "-source"))?.value;
    if (!source) {
      field.removeAttribute("list");
      return;
    }
    const id = `paragraphs-of-${source}`;
    if (!lists.has(source)) {
      lists.set(source, read(field.dataset.paragraphs.replace("/0/", `/${source}/`)).then((found) => drawn(id, found)));
    }
    await lists.get(source);
    field.setAttribute("list", id);
  };

  // Rows are added later, too: the page listens for all of them.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-paragraphs]")) {
      offer(event.target);
    }
  });
}
