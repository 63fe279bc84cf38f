// Checks the form while it is typed, by the rules of « boussole check », and shows the card as it would be.
const form = document.getElementById("partner");
const summary = document.getElementById("problems");
let waiting;
let asked = 0;

function show(answer) {
  for (const place of form.querySelectorAll(".error")) place.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  const items = [];
  for (const { field, message } of answer.problems) {
    const place = document.getElementById(`e-${field}`);
    const input = document.getElementById(`f-${field}`);
    if (input) input.setAttribute("aria-invalid", "true");
    if (place) place.textContent = message;
    else items.push(Object.assign(document.createElement("li"), { textContent: `${field} : ${message}` }));
  }
  summary.querySelector("ul").replaceChildren(...items);
  summary.hidden = items.length === 0;
  if (answer.problems.length) return;
  document.getElementById("sessions").replaceChildren(
    ...answer.sessions.map((words) => Object.assign(document.createElement("li"), { textContent: words })),
  );
  document.getElementById("nosession").hidden = answer.sessions.length > 0;
  for (const { lang, text } of answer.previews) document.querySelector(`[data-preview="${lang}"]`).textContent = text;
}

async function check() {
  const turn = ++asked;
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": form.elements.csrf.value },
      body: new URLSearchParams(new FormData(form)),
    });
    if (answer.ok && turn === asked) show(await answer.json());
  } catch {
    waiting = setTimeout(check, 1000);
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(check, 350);
});
