// An answer as the page shows it: the templates of the page, filled with text and nothing but text.

const TEXTS = { sms: "sms:", call: "tel:" };

export function clone(id) {
  return document.getElementById(id).content.cloneNode(true);
}

// Rings only where there is a telephone: on a person's own screen, never from the kiosk of the house.
export function canCall() {
  return document.body.classList.contains("widget") || innerWidth < 704;
}

// Each [data-slot] takes the value of its name; an element whose value is missing goes away.
export function fill(fragment, values) {
  for (const element of fragment.querySelectorAll("[data-slot]")) {
    const value = values[element.dataset.slot];
    if (value === null || value === undefined || value === "" || value === false) element.remove();
    else if (typeof value === "function") value(element);
    else if (value !== true) element.textContent = value;
  }
  return fragment;
}

export function answerNode(view, asked) {
  const node = fill(clone("answer-template"), {
    title: view.alert[0] ?? clone(view.cards.length ? "found-template" : "heard-template").textContent,
    danger: view.lines.length > 0,
    asked: view.private ? null : asked,
    choice: view.options.length > 0,
    question: view.question,
    reason: view.because !== null,
    because: view.because,
  });
  const list = (name, children) => node.querySelector(`[data-list=${name}]`)?.append(...children);
  list("alert", [...(view.alert.length ? [node.querySelector(".opening")] : []), ...view.alert.slice(1).map(paragraph), ...view.lines.map(lineNode)]);
  list("say", view.say.map(paragraph));
  list("cards", view.cards.map((card, index) => cardNode(card, index)));
  list("options", view.options.map(optionNode));
  return node;
}

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

function lineNode(line) {
  return fill(clone("line-template"), {
    call: number(line.text_only ? TEXTS.sms : TEXTS.call, line.number),
    display: line.display,
    sms: line.text_only,
    name: line.name,
    details: line.details || line.purpose,
  });
}

function cardNode(card, index) {
  const node = fill(clone("card-template"), {
    ...card,
    ...card.leaf,
    leaf: card.leaf !== null,
    name: french(card.name, card.is_french),
    french_name: card.is_french ? null : card.french_name,
    open_state: card.open_state && ((element) => {
      element.textContent = card.open_state;
      element.classList.toggle("open", card.open_now === true);
    }),
    place: card.place !== null,
    place_name: card.place?.name,
    address: card.place?.address ?? card.place?.city,
    place_note: card.place?.note,
    plan: card.is_in_the_house,
    code: true,
    qr: image(card.qr),
    calendar: card.calendar && ((element) => element.setAttribute("href", card.calendar)),
  });
  node.querySelector("[data-list=phones]").append(...card.phones.map(phoneNode));
  node.querySelector("[data-do=print]").dataset.card = index;
  return node;
}

function phoneNode(phone) {
  return fill(clone("phone-template"), { call: number(TEXTS.call, phone.number), display: phone.display, details: phone.details });
}

function optionNode(option) {
  const node = fill(clone("option-template"), { label: option.label });
  const button = node.querySelector("button");
  button.dataset.do = option.id === "effacer" ? "leave" : "tap";
  button.dataset.tap = option.id;
  button.dataset.label = option.label;
  return node;
}

// A ticket says nothing of the subject when the answer is private: no name, and the code of the house.
export function ticketNode(card, isPrivate) {
  return fill(clone("ticket-template"), {
    name: isPrivate ? null : card.name,
    when: card.when,
    place: card.place && [card.place.name, card.place.address ?? card.place.city].join(", "),
    appointment: card.appointment,
    phone: card.phones[0]?.display,
    qr: image(isPrivate ? card.discreet_qr : card.qr),
  });
}

function number(scheme, digits) {
  return (element) => {
    if (canCall()) element.setAttribute("href", scheme + digits);
  };
}

function french(text, isFrench) {
  return (element) => {
    element.textContent = text;
    if (isFrench) element.lang = "fr";
  };
}

function image(address) {
  return (element) => element.setAttribute("src", address);
}
