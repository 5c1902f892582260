"use strict";
(() => {
  // Texts are kept once and named by their positions: see html.rs.
  const data = JSON.parse(document.getElementById("topics").textContent);
  const texts = data.texts;
  const topics = new Map(data.topics.map(([id, ...rest]) => [texts[id], rest]));
  const map = document.querySelector(".map svg");
  const panel = document.querySelector("aside");
  const hint = document.getElementById("hint");
  const shown = document.getElementById("shown");
  const close = document.querySelector(".close");
  const index = document.querySelector(".index");
  const all = [...document.querySelectorAll("[data-topic], .chips a")];
  const nameOf = (one) => one.dataset.topic ?? one.hash.slice(1);

  function add(parent, tag, text) {
    const one = document.createElement(tag);
    if (text) one.textContent = text;
    return parent.appendChild(one);
  }

  // The chips of the index stand for what they name wherever it is listed.
  function chips(parent, title, names) {
    const found = names.map((name) => index.querySelector(`a[href="#${CSS.escape(name)}"]`));
    if (!found.some(Boolean)) return;
    add(parent, "strong", title);
    const list = add(parent, "ul");
    list.className = "chips";
    for (const one of found.filter(Boolean)) {
      add(list, "li").appendChild(one.cloneNode(true));
    }
  }

  function explain(name) {
    const [title, answer, related, sections, state] = topics.get(name);
    shown.replaceChildren();
    add(shown, "h2", texts[title]);
    for (const [look, ...lines] of state) {
      const box = add(shown, "div");
      box.className = look;
      const badge = add(box, "span", texts[lines.shift()]);
      badge.className = "badge label";
      for (const line of lines) add(shown, "p", texts[line]).className = "fault";
    }
    add(shown, "p", texts[answer]);
    const names = related.map((one) => texts[one]);
    const kind = (start) => names.filter((one) => one.startsWith(start));
    chips(shown, "Its paths", kind("path-"));
    chips(shown, "Its certificates", kind("cert-"));
    chips(shown, "Its flags", kind("flag-"));
    const list = add(shown, "dl");
    for (const [title, ...lines] of sections) {
      add(list, "dt", texts[title]);
      for (const line of lines) add(list, "dd", texts[line]);
    }
    return names;
  }

  // What is marked with it: what is listed, and the ends of the paths.
  function related(name, names) {
    const marked = new Set([name, ...names]);
    for (const one of names.filter((one) => one.startsWith("path-"))) {
      for (const end of topics.get(one)[2]) {
        if (texts[end].startsWith("party-")) marked.add(texts[end]);
      }
    }
    return marked;
  }

  // What was chosen is in the address, so that it can be kept and gone back to.
  function show() {
    const name = decodeURIComponent(location.hash.slice(1));
    const known = topics.has(name);
    const marked = known ? related(name, explain(name)) : new Set();
    hint.hidden = known;
    shown.hidden = !known;
    close.hidden = !known;
    for (const one of all) {
      one.classList.toggle("chosen", marked.has(nameOf(one)));
      if (one.getAttribute("role") === "button") {
        one.setAttribute("aria-pressed", String(nameOf(one) === name));
      }
    }
    map.classList.toggle("choosing", known);
    panel.scrollTop = 0;
  }

  function choose(name) {
    // Neither scrolls, as setting the hash would.
    if (location.hash.slice(1) !== name) history.pushState(null, "", `#${name}`);
    show();
  }

  const chosen = (event) => event.target.closest("[data-topic], .chips a");
  document.addEventListener("click", (event) => {
    const one = chosen(event);
    if (one) {
      event.preventDefault();
      choose(nameOf(one));
    }
  });
  document.addEventListener("keydown", (event) => {
    const one = chosen(event);
    if (one && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(nameOf(one));
    } else if (event.key === "Escape") {
      choose("");
    }
  });
  close.addEventListener("click", () => choose(""));
  window.addEventListener("popstate", show);

  const search = document.querySelector("input[type=search]");
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const list of index.querySelectorAll(".chips")) {
      let any = false;
      for (const item of list.children) {
        const text = `${item.textContent} ${list.dataset.title}`.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word.replace(/^-+/, "")));
        any ||= !item.hidden;
      }
      list.hidden = !any;
      list.previousElementSibling.hidden = !any;
    }
  });
  show();
})();
