// What changes on a page without loading it anew? Messages, dialogs, copying, choosing a theme, dropped files.
"use strict";

const dangol = (window.dangol = {});

dangol.say = (words) => {
  const place = document.getElementById("said-aloud");
  if (place) {
    place.textContent = "";
    requestAnimationFrame(() => (place.textContent = words));
  }
};

dangol.open = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  document.querySelectorAll("[popover]:popover-open").forEach((each) => each.hidePopover());
  dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("opened"));
};

document.addEventListener("click", (event) => {
  const at = event.target;
  if (!(at instanceof Element)) return;
  const opener = at.closest("[data-opens]");
  if (opener) dangol.open(opener.dataset.opens);
  const closer = at.closest("[data-closes]");
  if (closer) (closer.closest("dialog") ?? closer.closest("li") ?? closer.parentElement).remove?.();
  const copier = at.closest("[data-copies]");
  if (copier) copy(copier);
  if (at instanceof HTMLDialogElement && at.open && outside(at, event)) at.close();
});

// A press on the backdrop closes what can be closed without loss.
function outside(dialog, event) {
  if (dialog.querySelector("form[method=post]")) return false;
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

async function copy(button) {
  const from = document.getElementById(button.dataset.copies);
  const words = from ? (from.value ?? from.textContent).trim() : button.dataset.text;
  await navigator.clipboard.writeText(words);
  const label = button.querySelector("[data-label]");
  dangol.say(button.dataset.done);
  if (!label) return;
  const before = label.textContent;
  label.textContent = button.dataset.done;
  setTimeout(() => (label.textContent = before), 1600);
}

// A definition that was opened by focus closes with Escape, and opens again when met again.
document.addEventListener("keydown", (event) => {
  const term = event.key === "Escape" && event.target instanceof Element && event.target.closest(".meaning");
  if (term) term.classList.add("is-quieted");
});
document.addEventListener("focusout", (event) => event.target instanceof Element && event.target.classList.remove("is-quieted"));

// Forms that filter send themselves when something is chosen.
document.addEventListener("change", (event) => {
  const form = event.target instanceof Element && event.target.closest("form[data-sends-itself]");
  if (form) form.requestSubmit();
});

// Files dropped on the zone are those of its input.
document.addEventListener("dragover", (event) => {
  const zone = event.target instanceof Element && event.target.closest(".drop");
  if (!zone) return;
  event.preventDefault();
  zone.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => event.target instanceof Element && event.target.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  const zone = event.target instanceof Element && event.target.closest(".drop");
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  const input = zone.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  const zone = event.target instanceof HTMLInputElement && event.target.type === "file" && event.target.closest(".drop");
  if (zone) zone.querySelector("strong").textContent = [...event.target.files].map((file) => file.name).join(", ");
});

// Tags: what is typed becomes a tag with Enter or a comma; each keeps a hidden field.
document.addEventListener("keydown", (event) => {
  const input = event.target instanceof HTMLInputElement && event.target.closest(".tags") && event.target;
  if (!input) return;
  if ((event.key === "Enter" || event.key === ",") && input.value.trim()) {
    event.preventDefault();
    tag(input);
  } else if (event.key === "Backspace" && !input.value) {
    input.previousElementSibling?.remove();
  }
});
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest(".tag button");
  if (button) button.closest(".tag").remove();
});

function tag(input) {
  const shape = input.closest(".tags").querySelector("template").content.firstElementChild.cloneNode(true);
  shape.querySelector("span").textContent = input.value.trim();
  shape.querySelector("input").value = input.value.trim();
  input.before(shape);
  input.value = "";
}
