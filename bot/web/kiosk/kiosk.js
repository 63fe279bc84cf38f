// The page: one listener for every button (data-do), two screens (home, answer), one field that stays.

import { answerNode, canCall, clone, fill, ticketNode } from "./answer.js";
import { larger, showComfort, toggle } from "./comfort.js";
import { ask, stopAsking } from "./conversation.js";
import { opensFor, press, toggleKeyboard } from "./keyboard.js";
import { leave, stay, watchSilence } from "./leaving.js";
import { offerSpeech, stopSpeaking, toggleSpeech } from "./speech.js";

const byId = (id) => document.getElementById(id);
const root = document.documentElement;

let asked = null; // the last question and how it reads, so that it can be asked again
let view = null; // the answer on the screen

const actions = {
  tap: (button) => askNow({ tap: button.dataset.tap }, button.dataset.label, true),
  retry: () => askNow(asked.question, asked.words, true),
  home: showHome,
  leave: (_button, event) => {
    event.preventDefault();
    leave();
  },
  restart: (_button, event) => {
    event.preventDefault();
    location.replace("/");
  },
  language: (link, event) => {
    event.preventDefault();
    changeLanguage(link.getAttribute("href"));
  },
  speak: (button) => toggleSpeech(button, view ? view.spoken : homeWords()),
  print: (button) => print(view.cards[Number(button.dataset.card)]),
  keyboard: () => toggleKeyboard(),
  key: (button) => press(button),
  larger,
  contrast: (button) => toggle(button, "contrast", "strong"),
  still: (button) => toggle(button, "still", "yes"),
  stay,
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) actions[button.dataset.do](button, event);
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (text) askNow({ text }, text, false);
});

document.addEventListener("keydown", (event) => {
  if (event.target.id === "text" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  }
});

document.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".keyboard")) event.preventDefault(); // the caret stays in the field
  if (event.target.id === "text" && opensFor(event)) toggleKeyboard(true);
});

// A button of the home screen disappears with it: the focus goes to the title of the answer, at the person's own gesture.
// Who writes keeps the focus in the field. An answer that arrives never moves it.
async function askNow(question, words, movesFocus) {
  asked = { question, words };
  stopSpeaking();
  toggleKeyboard(false);
  showWaiting(words);
  if (movesFocus) byId("answer-title").focus();
  const lang = root.lang;
  const answer = await ask({ ...question, lang }, { onSlow: showHint, onTrouble: showTrouble });
  if (!answer) return;
  if (question.text && byId("text").value.trim() === question.text) byId("text").value = "";
  showAnswer(answer, words);
}

function showScreen(isHome) {
  byId("home").hidden = !isHome;
  byId("answer").hidden = isHome;
}

function showWaiting(words) {
  view = null;
  byId("answer").replaceChildren(fill(clone("waiting-template"), { asked: words, hint: true }));
  showScreen(false);
  byId("main").scrollTop = 0;
}

function showHint() {
  const hint = document.querySelector("[data-slot=hint]");
  if (!hint) return;
  hint.hidden = false;
  announce("polite", hint.textContent);
}

function showTrouble() {
  if (document.querySelector(".trouble")) return;
  byId("answer").append(clone("trouble-template"));
  announce("urgent", document.querySelector("#answer .trouble p").textContent);
}

function showAnswer(answer, words) {
  const hadFocus = document.activeElement?.id === "answer-title";
  view = answer;
  byId("answer").replaceChildren(answerNode(answer, words));
  if (hadFocus) byId("answer-title").focus({ preventScroll: true });
  offerSpeech();
  announce(answer.private ? "urgent" : "polite", answer.spoken.join(" "));
}

function showHome() {
  stopAsking();
  stopSpeaking();
  view = null;
  byId("answer").replaceChildren();
  showScreen(true);
  byId("home-title").focus();
}

// Screen readers hear each answer once, from a twin that is emptied: nothing is read twice, and nothing moves the focus.
function announce(region, words) {
  byId(region).textContent = words;
  setTimeout(() => {
    if (byId(region)?.textContent === words) byId(region).textContent = "";
  }, 1_000);
}

function homeWords() {
  const titles = [...document.querySelectorAll(".subjects .title")].map((title) => title.textContent);
  return [...[...document.querySelectorAll("#home .opening h1, #home .opening p")].map((part) => part.textContent), ...titles];
}

function print(card) {
  const ticket = byId("ticket");
  ticket.replaceChildren(ticketNode(card, view.private));
  ticket.hidden = false;
  const code = ticket.querySelector("img");
  code.decode().catch(() => code.remove()).then(() => {
    window.print();
    ticket.hidden = true;
    ticket.replaceChildren();
  });
}

// The same page in another language takes the place of this one; what was written or asked stays.
async function changeLanguage(address) {
  const page = await fetch(address).then((response) => response.text()).catch(() => null);
  if (page === null) return;
  const next = new DOMParser().parseFromString(page, "text/html");
  const text = byId("text").value;
  const answered = !byId("home").hidden ? null : asked;
  root.lang = next.documentElement.lang;
  root.dir = next.documentElement.dir;
  document.body.replaceChildren(...next.body.childNodes);
  byId("text").value = text;
  prepare();
  if (answered) askNow(answered.question, answered.words, true);
  else document.querySelector(".languages [aria-current]")?.focus();
}

function prepare() {
  showComfort();
  offerSpeech();
  if (canCall()) for (const link of document.querySelectorAll("[data-call]")) link.setAttribute("href", link.dataset.call);
}

prepare();
watchSilence();
if (window !== window.parent) window.parent.postMessage("boussole:ready", "*");
