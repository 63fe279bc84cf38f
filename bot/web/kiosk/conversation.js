// What goes to the server: a sentence or a button, asked again until it is answered, and the order to forget.

const PATIENCE = 15_000;
const HINT_AFTER = 1_000;
const PAUSES = [1_000, 2_000, 4_000, 8_000];
const TOO_MANY = 429;

const id = document.body.dataset.conversation;
let current = null;

// Answers with the view of the reply, or null when the person went on to something else meanwhile, or the server refused.
// onSlow is called after a second, onTrouble each time there is no answer.
export async function ask(question, { onSlow, onTrouble }) {
  current?.abort();
  const { signal } = (current = new AbortController());
  const hint = setTimeout(onSlow, HINT_AFTER);
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const { answer, refused } = await post("/api/kiosk/message", { conversation: id, ...question }, { signal });
    if (signal.aborted) break;
    if (answer) {
      clearTimeout(hint);
      return answer;
    }
    onTrouble();
    if (refused) break;
    await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)], signal);
  }
  clearTimeout(hint);
  return null;
}

export function stopAsking() {
  current?.abort();
}

// The server erases after the message it may be answering; keepalive lets the order outlive the page.
export async function forget() {
  stopAsking();
  const { answer } = await post("/api/kiosk/erase", { conversation: id }, { keepalive: true });
  return answer !== undefined;
}

// The answer; or nothing, and whether asking again is of no use: the server read the message and refused it.
async function post(path, body, { signal, keepalive }) {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, PATIENCE);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: limit.signal,
      keepalive,
    });
    if (response.ok) return { answer: await response.json() };
    return { refused: response.status >= 400 && response.status < 500 && response.status !== TOO_MANY };
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function pause(time, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, time);
    signal.addEventListener("abort", resolve, { once: true });
  });
}
