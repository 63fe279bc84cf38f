// The on-screen keyboard: it writes where the caret is, and never takes the focus from the field.

import { ACCENTS, LAYOUTS } from "./layouts.js";

const byId = (id) => document.getElementById(id);

export function toggleKeyboard(shown = byId("keyboard").hidden) {
  const keyboard = byId("keyboard");
  keyboard.hidden = !shown;
  document.querySelector("[data-do=keyboard]").setAttribute("aria-expanded", String(shown));
  if (shown) {
    const language = document.documentElement.lang;
    draw(LAYOUTS.find((layout) => layout.of.includes(language)) ?? LAYOUTS[0]);
    byId("text").focus();
  }
}

// The keyboard opens by itself for a finger on a screen that has no other one.
export function opensFor(event) {
  return event.pointerType === "touch" && document.body.classList.contains("kiosk") && innerWidth >= 704;
}

export function press(key) {
  const field = byId("text");
  if (key.dataset.layout) return draw(LAYOUTS[Number(key.dataset.layout)]);
  if (key.dataset.key === "delete") erase(field);
  else field.setRangeText(key.dataset.key, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function erase(field) {
  const { selectionStart: start, selectionEnd: end } = field;
  field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
}

function draw(layout) {
  const keyboard = byId("keyboard");
  const accents = ACCENTS[document.documentElement.lang.slice(0, 2)];
  const rows = layout === LAYOUTS[0] && accents ? [...layout.rows, accents] : layout.rows;
  keyboard.replaceChildren(...rows.map((letters) => row([...letters].map((letter) => key(letter, letter)))), lastRow(layout, keyboard.dataset));
}

function lastRow(current, words) {
  const others = LAYOUTS.map((layout, index) => {
    const button = key(layout.name, "", "wide");
    button.dataset.layout = index;
    button.setAttribute("aria-pressed", String(layout === current));
    return button;
  });
  const erasing = key("⌫", "delete", "wide");
  erasing.setAttribute("aria-label", words.delete);
  const closing = key("✕", "", "wide");
  closing.setAttribute("aria-label", words.close);
  closing.dataset.do = "keyboard";
  const block = document.createDocumentFragment();
  block.append(row([key(words.space, " ", "space"), erasing, closing]), row(others));
  return block;
}

// Keys stand left to right in every alphabet, as on the keyboards that people have at home.
function row(keys) {
  const element = document.createElement("div");
  element.className = "row";
  element.dir = "ltr";
  element.append(...keys);
  return element;
}

function key(label, letter, kind = "") {
  const button = document.createElement("button");
  button.type = "button";
  button.className = kind;
  button.textContent = label;
  button.dataset.do = "key";
  button.dataset.key = letter;
  return button;
}
