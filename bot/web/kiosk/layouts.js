// The letters of the on-screen keyboards, row by row, as on the keys people know. "of" are the locales that open it.

export const LAYOUTS = [
  { name: "ABC", of: ["fr", "fr-x-facile", "en", "es", "pt", "it", "tr", "ro"], rows: ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn'-,?"] },
  { name: "عربي", of: ["ar"], rows: ["1234567890", "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظذ", "أإآ،؟"] },
  { name: "فارسی", of: ["fa"], rows: ["1234567890", "ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپوژ", "آئءأ،؟"] },
  { name: "Русский", of: ["ru"], rows: ["1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбюё,?"] },
  { name: "Українська", of: ["uk"], rows: ["1234567890", "йцукенгшщзхї", "фівапролджє", "ґячсмитьбю'?"] },
];

// The letters that a language adds to the Latin keys.
export const ACCENTS = {
  fr: "éèêàâçùûîôœ",
  es: "ñáéíóúü¿¡",
  pt: "ãõáâàéêíóôúç",
  it: "àèéìòù",
  tr: "ğüşıöçâ",
  ro: "ăâîșț",
};
