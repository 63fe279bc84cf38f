// Follows a retraining: moves the bar, and shows the result when it is there.
const bar = document.getElementById("progress");

async function look() {
  const answer = await fetch("/bench/modele/etat", { headers: { Accept: "application/json" } });
  if (!answer.ok) return location.reload();
  const state = await answer.json();
  if (!state.running) return location.reload();
  if (state.total) {
    bar.max = state.total;
    bar.value = state.done;
  }
  setTimeout(look, 1500);
}

setTimeout(look, 1500);
