// Leaving: by the button, by silence, by going to another page. The screen first, then the server, then a neutral page.

import { forget } from "./conversation.js";
import { stopSpeaking } from "./speech.js";

const SIGNS_OF_LIFE = ["pointerdown", "click", "keydown", "input", "wheel", "touchmove"];
const { idle, answerWithin } = document.body.dataset;
let deadline = 0;
let isWarning = false;
let hasLeft = false;

// The page keeps nothing that could come back: not the words, not a way to them.
function wipe() {
  stopSpeaking();
  const neutral = document.getElementById("neutral-template").content.cloneNode(true);
  document.body.replaceChildren(neutral);
  delete document.body.dataset.conversation;
}

export async function leave() {
  if (hasLeft) return;
  hasLeft = true;
  const address = document.querySelector("[data-do=leave]").getAttribute("href");
  wipe();
  const erased = await forget();
  if (window !== window.parent) window.parent.postMessage("boussole:left", "*");
  if (erased) location.replace(address);
  else document.documentElement.dataset.left = "alone";
}

// Any touch, key or move of the wheel is a sign of life.
export function watchSilence() {
  const alive = (sign) => {
    deadline = Date.now() + idle * 1000;
    // The dialog closes when the finger goes up: closed earlier, the touch would end on what is underneath.
    if (isWarning && sign.type !== "pointerdown") stay();
  };
  for (const sign of SIGNS_OF_LIFE) addEventListener(sign, alive, { passive: true, capture: true });
  deadline = Date.now() + idle * 1000;
  setInterval(tick, 500);
}

function tick() {
  const left = deadline - Date.now();
  if (hasLeft || (!isWarning && isPristine())) return;
  if (left <= -answerWithin * 1000) leave();
  else if (left <= 0) warn(Math.ceil(answerWithin - -left / 1000));
}

function warn(seconds) {
  const dialog = document.getElementById("idle");
  if (!isWarning) {
    isWarning = true;
    dialog.showModal();
  }
  document.getElementById("idle-seconds").textContent = seconds;
}

export function stay() {
  isWarning = false;
  document.getElementById("idle").close();
}

// A home screen as it was found has nothing to wipe.
function isPristine() {
  const isHome = !document.getElementById("home").hidden;
  return isHome && document.getElementById("text").value === "" && document.documentElement.lang === "fr";
}

// Another page, a reload, the Back button: nothing of the answer stays behind, and nothing comes back.
addEventListener("pagehide", () => {
  if (hasLeft) return;
  hasLeft = true;
  forget();
  wipe();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace("/quitter");
});
