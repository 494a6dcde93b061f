// Where to? The command palette: asks the server for what is typed, and goes there.
"use strict";

(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const KEPT = "dangol-recent";
  let asked = 0;
  let chosen = 0;

  const recent = () => {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
    } catch {
      return [];
    }
  };

  async function ask() {
    const turn = ++asked;
    const words = input.value.trim();
    const answer = await fetch(`${dialog.dataset.source}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || turn !== asked) return;
    const { groups, recently, none } = await answer.json();
    const before = words ? [] : recent();
    show(before.length ? [{ title: recently, links: before }, ...groups] : groups, none);
  }

  function show(groups, none) {
    list.replaceChildren();
    for (const group of groups) {
      const box = part("div", "", { role: "group", "aria-label": group.title });
      const head = part("h3", group.title, { role: "presentation" });
      box.append(head, ...group.links.map(option));
      list.append(box);
    }
    if (!groups.length) list.append(part("p", none, { class: "none" }));
    choose(0);
  }

  function option(link, place) {
    const row = part("div", "", { role: "option", "data-href": link.href, "aria-selected": "false" });
    row.append(part("span", link.title));
    if (link.under) row.append(part("span", link.under, { class: "under" }));
    return row;
  }

  function part(kind, words, said = {}) {
    const made = document.createElement(kind);
    made.textContent = words;
    for (const [name, value] of Object.entries(said)) made.setAttribute(name, value);
    return made;
  }

  const options = () => [...list.querySelectorAll("[role=option]")];

  function choose(place) {
    const all = options();
    if (!all.length) return input.removeAttribute("aria-activedescendant");
    chosen = (place + all.length) % all.length;
    all.forEach((row, n) => {
      row.id = `palette-${n}`;
      row.setAttribute("aria-selected", String(n === chosen));
    });
    input.setAttribute("aria-activedescendant", `palette-${chosen}`);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function go(row) {
    if (!row) return;
    const [title, under] = [...row.children].map((each) => each.textContent);
    const href = row.dataset.href;
    const kept = [{ title, under, href }, ...recent().filter((each) => each.href !== href)].slice(0, 5);
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    location.assign(href);
  }

  let wait;
  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(ask, 90);
  });
  input.addEventListener("keydown", (event) => {
    const keys = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Enter: () => go(options()[chosen]) };
    if (!(event.key in keys) || event.isComposing) return;
    event.preventDefault();
    keys[event.key]();
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  list.addEventListener("mousemove", (event) => {
    const place = options().indexOf(event.target.closest("[role=option]"));
    if (place >= 0 && place !== chosen) choose(place);
  });
  dialog.addEventListener("opened", () => {
    input.value = "";
    input.focus();
    ask();
  });
})();
