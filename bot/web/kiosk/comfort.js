// Larger text, strong contrast, no movement: on the page, for this visit, and nowhere else.

const root = document.documentElement;

export function larger() {
  const size = (Number(root.dataset.size ?? 1) % 3) + 1;
  if (size === 1) delete root.dataset.size;
  else root.dataset.size = size;
}

export function toggle(button, name, value) {
  const on = root.dataset[name] === undefined;
  if (on) root.dataset[name] = value;
  else delete root.dataset[name];
  button.setAttribute("aria-pressed", String(on));
}

// After the page changed its language: the buttons say again what is on.
export function showComfort() {
  document.querySelector("[data-do=contrast]").setAttribute("aria-pressed", String(root.dataset.contrast !== undefined));
  document.querySelector("[data-do=still]").setAttribute("aria-pressed", String(root.dataset.still !== undefined));
}
