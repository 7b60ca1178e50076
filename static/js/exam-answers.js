/* A question's controls and the response they stand for; one pair of functions for each kind. */
import { readPath, showPath } from "./exam-dialogue.js";
import { readFiles, showFiles } from "./exam-files.js";
import { readPlaces, showPlaces } from "./hotspot.js";

const one = (section, selector) => section.querySelector(selector);
const every = (section, selector) => [...section.querySelectorAll(selector)];
const folded = (text) => text.trim().split(/\s+/).join(" ");

function choose(section, values) {
  for (const input of every(section, ".question-fields input")) input.checked = values.includes(input.value);
}

const typed = {
  read(section) {
    const text = folded(one(section, ".question-fields input").value);
    return text ? { text } : null;
  },
  show(section, response) {
    one(section, ".question-fields input").value = response?.text ?? "";
  },
};

const KINDS = {
  single_choice: {
    read(section) {
      const chosen = one(section, ".question-fields input:checked");
      return chosen ? { choice: chosen.value } : null;
    },
    show(section, response) { choose(section, response ? [response.choice] : []); },
  },
  multiple_choice: {
    read(section) {
      const choices = every(section, ".question-fields input:checked").map((input) => input.value).sort();
      return choices.length ? { choices } : null;
    },
    show(section, response) { choose(section, response?.choices ?? []); },
  },
  true_false: {
    read(section) {
      const chosen = one(section, ".question-fields input:checked");
      return chosen ? { value: chosen.value === "true" } : null;
    },
    show(section, response) { choose(section, response ? [String(response.value)] : []); },
  },
  matching: {
    read(section) {
      const pairs = {};
      for (const select of every(section, "[data-left]")) {
        if (select.value) pairs[select.dataset.left] = select.value;
      }
      return Object.keys(pairs).length ? { pairs } : null;
    },
    show(section, response) {
      for (const select of every(section, "[data-left]")) select.value = response?.pairs[select.dataset.left] ?? "";
    },
  },
  ordering: {
    read(section) {
      if (section.dataset.ordered !== "yes") return null;
      return { order: every(section, "[data-key]").map((step) => step.dataset.key) };
    },
    show(section, response) {
      section.dataset.ordered = response ? "yes" : "no";
      if (!response) return;
      const list = one(section, "[data-order]");
      for (const key of response.order) list.append(one(section, `[data-key="${CSS.escape(key)}"]`));
    },
  },
  numeric: typed,
  short_text: typed,
  gap_text: {
    read(section) {
      const gaps = {};
      for (const field of every(section, "[data-gap]")) {
        const text = folded(field.value);
        if (text) gaps[field.dataset.gap] = text;
      }
      return Object.keys(gaps).length ? { gaps } : null;
    },
    show(section, response) {
      for (const field of every(section, "[data-gap]")) field.value = response?.gaps[field.dataset.gap] ?? "";
    },
  },
  hotspot: { read: readPlaces, show: showPlaces },
  file: { read: readFiles, show: showFiles },
  dialogue: { read: readPath, show: showPath },
  essay: {
    read(section) {
      const text = one(section, "textarea").value;
      return text.trim() ? { text } : null;
    },
    show(section, response) {
      one(section, "textarea").value = response?.text ?? "";
    },
  },
};

export function readResponse(section) {
  return KINDS[section.dataset.kind].read(section);
}

export function showResponse(section, response) {
  KINDS[section.dataset.kind].show(section, response);
}

/* How sure the candidate is: 1, 2 or 3; null where it isn't said or isn't asked. */
export function readCertainty(section) {
  const chosen = one(section, ".certainty-fields input:checked");
  return chosen ? Number(chosen.value) : null;
}

export function showCertainty(section, certainty) {
  for (const input of every(section, ".certainty-fields input")) input.checked = Number(input.value) === certainty;
}

/* Whether somebody changed the controls since the server rendered them; at first true of what was
   answered before the scripts had arrived. */
export function isTouched(section) {
  if (section.dataset.kind === "ordering") return section.dataset.ordered === "yes";
  if (["dialogue", "file"].includes(section.dataset.kind)) return false;
  return every(section, ":is(.question-fields, .certainty-fields) :is(input, textarea, option)").some((control) => {
    if (control.matches("option")) return control.selected !== control.defaultSelected && control.value !== "";
    if (control.matches("[type=radio], [type=checkbox]")) return control.checked !== control.defaultChecked;
    return control.value !== control.defaultValue;
  });
}

/* Equal whatever the order of keys. */
export function sameResponse(a, b) {
  const plain = (value) => JSON.stringify(value ?? null, (_key, part) => (
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part
  ));
  return plain(a) === plain(b);
}

/* A closed select cuts long texts off: show the chosen one in full below it. */
export function showChosenTexts(section) {
  const room = matchMedia("(max-width: 39.99rem)").matches ? 20 : 28; // letters
  for (const select of every(section, "[data-left]")) {
    const full = select.parentElement.querySelector(".match-chosen");
    const text = select.value ? select.selectedOptions[0].textContent : "";
    full.textContent = text;
    full.hidden = text.length < room;
  }
}

// What the server reads as a number (assessment/kinds/base.py); the second one in English alone.
const NUMBER = /^[+＋\-−–—‐‑－]?(?:\p{Nd}+[.,．，]?\p{Nd}*|[.,．，]\p{Nd}+)$/u;
const GROUPED = /^[+＋\-−–—‐‑－]?\p{Nd}{1,3}(?:[,，]\p{Nd}{3})+(?:[.．]\p{Nd}+)?$/u;

/* How long an essay is so far. */
export function countWords(section) {
  const count = one(section, "[data-word-count]");
  if (!count) return;
  const words = one(section, "textarea").value.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  count.querySelector(".numeric").textContent = words.length;
  count.hidden = false;
  const warning = one(section, "[data-too-few]");
  if (warning) warning.hidden = words.length === 0 || words.length >= Number(warning.dataset.tooFew);
}

/* Warn of what isn't a number; returns the warning where it appears now. */
export function warnOfWords(section) {
  const warning = one(section, "[data-not-a-number]");
  if (!warning) return "";
  const wasHidden = warning.hidden;
  const text = one(section, ".question-fields input").value.replace(/\s/g, "");
  const isEnglish = one(section, ".question-text").lang === "en";
  warning.hidden = !text || NUMBER.test(text) || (isEnglish && GROUPED.test(text));
  return wasHidden && !warning.hidden ? warning.textContent : "";
}
