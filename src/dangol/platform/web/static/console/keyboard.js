// Which keys work everywhere? Search, the rows of tables, the table behind a chart, and the list of keys.
"use strict";

(() => {
  const typing = (at) => at.closest("input, textarea, select, [contenteditable], dialog[open]");

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (!(at instanceof Element)) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      dangol.open("palette");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(at)) return;
    if (event.key === "/") search(event);
    else if (event.key === "?") dangol.open("keys");
    else if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else if (event.key === "Enter") enter(at);
    else if (event.key === "t") behind(at);
  });

  function search(event) {
    event.preventDefault();
    const own = document.querySelector("main input[type=search]");
    if (own) own.focus();
    else dangol.open("palette");
  }

  function rows() {
    return [...document.querySelectorAll(".has-rows-to-open tbody tr")].filter((row) => row.querySelector("a.row"));
  }

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.classList.contains("is-chosen"));
    const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("is-chosen", row === next));
    next.querySelector("a.row").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  // Enter on a link opens it by itself; elsewhere it opens the row that was chosen.
  function enter(at) {
    if (at.closest("a, button, summary")) return;
    document.querySelector("tr.is-chosen a.row")?.click();
  }

  function behind(at) {
    const charts = [...document.querySelectorAll("figure.chart")];
    const near = at.closest("figure.chart") ?? charts.find((each) => each.getBoundingClientRect().bottom > 96);
    const table = near?.querySelector("details");
    if (!table) return;
    table.open = !table.open;
    table.querySelector("summary").focus();
  }

  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element && event.target.closest(".has-rows-to-open tbody tr");
    if (!row || event.target.closest("a, button, input, label, select") || getSelection().toString()) return;
    const link = row.querySelector("a.row");
    if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
    else link?.click();
  });
})();
