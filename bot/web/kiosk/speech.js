// "Listen": only with a voice that lives in the device, since others send the text to a company. Nothing speaks by itself.

const speech = window.speechSynthesis;
let queue = [];

function voice() {
  const language = document.documentElement.lang.slice(0, 2);
  return speech?.getVoices().find((candidate) => candidate.localService && candidate.lang.toLowerCase().startsWith(language));
}

// Shows or hides every "Listen" button: a language without a voice has none.
export function offerSpeech() {
  const possible = Boolean(voice());
  for (const button of document.querySelectorAll("[data-do=speak]")) button.hidden = !possible;
}

export function toggleSpeech(button, sentences) {
  if (button.getAttribute("aria-pressed") === "true") return stopSpeaking();
  stopSpeaking();
  button.setAttribute("aria-pressed", "true");
  queue = [...sentences];
  setTimeout(next, 60); // some browsers drop what is said right after a cancel
  return undefined;
}

// Sentence by sentence: a voice goes silent after some fifteen seconds of one text.
function next() {
  const sentence = queue.shift();
  if (sentence === undefined) return stopSpeaking();
  const utterance = new SpeechSynthesisUtterance(sentence);
  utterance.voice = voice();
  utterance.lang = document.documentElement.lang;
  utterance.onend = next;
  speech.speak(utterance);
  return undefined;
}

export function stopSpeaking() {
  queue = [];
  speech?.cancel();
  for (const button of document.querySelectorAll("[data-do=speak]")) button.setAttribute("aria-pressed", "false");
}

speech?.addEventListener("voiceschanged", offerSpeech);
