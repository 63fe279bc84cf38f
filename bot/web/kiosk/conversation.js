// What goes to the server: a sentence or a button, asked again until it is answered, and the order to forget.

const PATIENCE = 15_000;
const HINT_AFTER = 1_000;
const PAUSES = [1_000, 2_000, 4_000, 8_000];

let id = document.body.dataset.conversation;
let current = null;

// Answers with the view of the reply, or null when the person went on to something else meanwhile.
// onSlow is called after a second, onTrouble each time the server could not be reached.
export async function ask(question, { onSlow, onTrouble }) {
  current?.abort();
  const mine = (current = new AbortController());
  const hint = setTimeout(onSlow, HINT_AFTER);
  try {
    for (let attempt = 0; !mine.signal.aborted; attempt += 1) {
      const answer = await post("/api/kiosk/message", { conversation: id, ...question }, mine.signal);
      if (answer || mine.signal.aborted) return mine.signal.aborted ? null : answer;
      onTrouble();
      await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)], mine.signal);
    }
    return null;
  } finally {
    clearTimeout(hint);
  }
}

export function stopAsking() {
  current?.abort();
}

// The server erases after the message it may be answering; keepalive lets the order outlive the page.
export function forget() {
  stopAsking();
  const forgotten = id;
  return post("/api/kiosk/erase", { conversation: forgotten }, undefined);
}

async function post(path, body, signal) {
  const limits = [AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.any(limits),
      keepalive: true,
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function pause(time, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, time);
    signal.addEventListener("abort", resolve, { once: true });
  });
}
