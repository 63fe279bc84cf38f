// Shows how far a batch is, and the results when they are there. Without this file the page reloads by itself.
const EVERY = 700;
const progress = document.getElementById("progress");
const count = document.getElementById("count");

async function look() {
  const response = await fetch(progress.dataset.state, { headers: { Accept: "application/json" } });
  if (!response.ok) {
    location.reload();
    return;
  }
  const { done, total, running } = await response.json();
  progress.value = done;
  count.textContent = count.dataset.words.replace("{right}", done).replace("{total}", total);
  if (running) {
    setTimeout(look, EVERY);
  } else {
    location.reload();
  }
}

setTimeout(look, EVERY);
