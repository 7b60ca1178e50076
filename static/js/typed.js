/* Another language or look loads the page anew: what was typed into its forms goes along. What can't
   (a chosen file, a row that was added meanwhile) is asked about before. Passwords are never kept.
   What a form sent is kept, too, until the next page: an error page (refused.js) keeps it on, and whoever
   sent it finds it in the form again. A page that answers a form, such as a dry run, stands in the place of
   its form from then on: who goes back or loads it anew finds the form as it was sent. */
const KEY = "typed";
const SENT = "sent";
const KEPT = 60 * 60 * 1000; // ms
// The editors of lessons and designs warn whoever leaves, by themselves.
const CONTROLS = "main form[method=post]:not([data-editor], [data-design]) :is(input, textarea, select)[name]";
const APART = "[type=hidden]:not([name$=row_version]), [type=password], [type=submit], [type=image], [data-autosubmit]";

function isChanged(control) {
  if (control.matches("[type=file]")) return control.files.length > 0;
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked !== control.defaultChecked;
  if (!control.matches("select")) return control.value !== control.defaultValue;
  const options = [...control.options];
  const usual = options.filter((option) => option.defaultSelected);
  if (!usual.length && !control.multiple) return control.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
}

const controls = () => [...document.querySelectorAll(CONTROLS)].filter((control) => !control.matches(APART));

/* The same place on the page that is loaded anew: the name, and which of that name. */
function* placed() {
  const seen = new Map();
  for (const control of controls()) {
    const number = seen.get(control.name) ?? 0;
    seen.set(control.name, number + 1);
    yield [`${control.name} ${number}`, control];
  }
}

function valueOf(control) {
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked;
  return control.multiple ? [...control.selectedOptions].map((option) => option.value) : control.value;
}

function setValue(control, value) {
  if (control.matches("[type=checkbox], [type=radio]")) control.checked = value;
  else if (control.multiple) for (const option of control.options) option.selected = value.includes(option.value);
  else control.value = value;
  for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
}

function changedAmong(all) {
  const forms = new Set(all.filter(([, control]) => isChanged(control)).map(([, control]) => control.form));
  // What was typed over an older version is still typed over that one.
  return all.filter(([, control]) => (control.type === "hidden" ? forms.has(control.form) : isChanged(control)));
}

const viewer = () => document.body.dataset.viewer;
const isAnswer = "answer" in document.body.dataset;

function kept(changed) {
  const values = Object.fromEntries(changed.map(([place, control]) => [place, valueOf(control)]));
  return JSON.stringify({ page: location.pathname + location.search, viewer: viewer(), values });
}

/* Keep on what was sent, as it wasn't taken, and tell whether there is any. */
export function keepOn(terms) {
  const sent = JSON.parse(sessionStorage.getItem(SENT));
  if (sent) sessionStorage.setItem(KEY, JSON.stringify({ ...sent, ...terms, until: Date.now() + KEPT }));
  return sent !== null && Object.keys(sent.values).length > 0;
}

/* The browser would send the form again, or show nothing: its own page can be opened at any time. */
function standIn() {
  const sent = JSON.parse(sessionStorage.getItem(SENT));
  if (sent?.viewer !== viewer()) return;
  keepOn({ isAnswered: true });
  history.replaceState(history.state, "", sent.page + location.hash);
}

function putBack() {
  if (isAnswer) standIn();
  sessionStorage.removeItem(SENT);
  if (isAnswer) return;
  const text = sessionStorage.getItem(KEY);
  if (!text) return;
  const state = JSON.parse(text);
  const { page, viewer: writer, values, until } = state;
  const isHere = page === location.pathname + location.search && writer === viewer();
  // One comes back to the form by other pages, after signing in again.
  if (!isHere && Date.now() < until && (!viewer() || writer === viewer())) {
    if (state.isAnswered) sessionStorage.setItem(KEY, JSON.stringify({ ...state, isLeft: true }));
    return;
  }
  sessionStorage.removeItem(KEY);
  // Whoever left the answer for other pages and opens the form anew begins anew.
  const isBack = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  if (!isHere || (state.isLeft && !isBack)) return;
  for (const [place, control] of placed()) if (place in values) setValue(control, values[place]);
}

function keepSent(form) {
  const all = [...placed()].filter(([, control]) => control.form === form && control.type !== "file");
  try {
    if (!viewer() || form.method !== "post" || form.matches("[data-downloads]")) return; // the page stays
    // A dry run is confirmed with nothing typed: what led to it stays.
    const earlier = isAnswer && !all.length && sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    // What a refused form stands with is no longer what its own page begins with.
    sessionStorage.setItem(SENT, earlier || kept(isAnswer ? all : changedAmong(all)));
  } catch {
    // Without storage the error page shows long texts for copying.
  }
}

export function keepTyped() {
  const first = new WeakSet(controls());
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-stays]")) {
      keepSent(event.target);
      return;
    }
    const changed = changedAmong([...placed()]);
    const isLost = changed.some(([, control]) => !first.has(control) || control.matches("[type=file]"));
    if (isLost) event.target.dataset.confirm = event.target.dataset.stays;
    try {
      if (changed.length) sessionStorage.setItem(KEY, kept(changed));
    } catch {
      event.target.dataset.confirm = event.target.dataset.stays;
    }
  }, { capture: true });
  try {
    putBack();
  } catch {
    // Without storage nothing was kept, and that was told.
  }
}
