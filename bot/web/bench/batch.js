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
  count.textContent = `${done} sur ${total}`;
  if (running) {
    setTimeout(look, EVERY);
  } else {
    location.reload();
  }
}

setTimeout(look, EVERY);
