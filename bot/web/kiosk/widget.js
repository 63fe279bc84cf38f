// One line on another site: <script src="https://…/widget.js" async></script>. A button opens the assistant in a frame;
// nothing of the site is read, nothing is kept, and leaving takes the frame away with all it held.

(() => {
  const here = new URL(document.currentScript.src).origin;
  const language = document.currentScript.dataset.lang || document.documentElement.lang.slice(0, 2) || "fr";
  const label = document.currentScript.dataset.label || "Boussole";
  const numbers = "NUMBERS";
  const READY_WITHIN = 6_000;

  const STYLE = `
    :host { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483000; font: 600 1.0625rem/1.4 "Noto Sans", "Segoe UI", system-ui, sans-serif; }
    button { font: inherit; min-block-size: 3.25rem; padding: .5rem 1.4rem; border: 0; border-radius: 99rem; background: #12324a; color: #fff; cursor: pointer; box-shadow: 0 .4rem 1.4rem rgb(20 36 58 / 30%); border-block-end: 4px solid #f4b860; }
    button:focus-visible, a:focus-visible { outline: 3px solid #0b5a6b; outline-offset: 3px; }
    section { display: grid; grid-template-rows: auto 1fr; gap: .5rem; inline-size: min(27rem, calc(100vw - 2rem)); block-size: min(46rem, calc(100vh - 2rem)); }
    section button { justify-self: end; }
    iframe { inline-size: 100%; block-size: 100%; border: 1px solid #dccfb8; border-radius: 1rem; background: #faf5ea; box-shadow: 0 .6rem 2rem rgb(20 36 58 / 30%); }
    ul { margin: 0; padding: 1.25rem; list-style: none; background: #8e1a1f; border-radius: 1rem; align-self: end; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; }
    a { color: #fff; font-size: 1.3rem; display: inline-block; min-block-size: 2rem; }
    [hidden] { display: none; }`;

  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const open = make("button", { type: "button", textContent: label });
  shadow.append(open);
  let panel = null;

  function make(name, values, ...children) {
    const element = Object.assign(document.createElement(name), values);
    element.append(...children);
    return element;
  }

  function show() {
    const frame = make("iframe", { src: `${here}/widget?lang=${encodeURIComponent(language)}`, title: label, referrerPolicy: "no-referrer" });
    const close = make("button", { type: "button", textContent: "✕", ariaLabel: `${label} ✕` });
    close.addEventListener("click", hide);
    panel = make("section", { ariaLabel: label }, close, frame);
    shadow.append(panel);
    open.hidden = true;
    close.focus();
    panel.waiting = setTimeout(() => frame.replaceWith(emergency()), READY_WITHIN);
  }

  function hide() {
    clearTimeout(panel?.waiting);
    panel?.remove();
    panel = null;
    open.hidden = false;
    open.focus();
  }

  // The server does not answer: the numbers are already here.
  function emergency() {
    return make("ul", {}, ...numbers.map(({ number, display, sms }) =>
      make("li", {}, make("a", { href: `${sms ? "sms" : "tel"}:${number}`, textContent: sms ? `${display} (SMS)` : display }))));
  }

  addEventListener("message", (event) => {
    if (event.origin !== here) return;
    if (event.data === "boussole:ready") clearTimeout(panel?.waiting);
    if (event.data === "boussole:left") hide();
  });
  open.addEventListener("click", show);
  document.body.append(host);
})();
