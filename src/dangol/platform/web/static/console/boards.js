// How does a board change its order? A number is dragged by its title; the menu does the same without a pointer.
"use strict";

const board = document.getElementById("board");
let dragged = null;

board?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-pin]");
  dragged?.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});
board?.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-pin]");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const isAfter = [...board.children].indexOf(dragged) < [...board.children].indexOf(over);
  over[isAfter ? "after" : "before"](dragged);
});
board?.addEventListener("drop", (event) => event.preventDefault());
board?.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  dragged = null;
  const pins = [...board.children].map((each) => each.dataset.pin).join(",");
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  fetch(board.dataset.order, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ pins }) });
});
