// Follows a retraining: moves the bar, and shows the result when it is there.
const bar = document.getElementById("progress");

async function look() {
  try {
    const answer = await fetch("/bench/modele/etat", { headers: { Accept: "application/json" } });
    const state = answer.ok ? await answer.json() : { running: false };
    if (!state.running) return location.reload();
    if (state.total) {
      bar.max = state.total;
      bar.value = state.done;
    }
  } catch {
    // The server is busy or gone for a moment: asked again.
  }
  setTimeout(look, 1500);
}

setTimeout(look, 1500);
