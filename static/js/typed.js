/* Another language or look loads the page anew: what was typed into its forms goes along. What can't
   (a chosen file, a row that was added meanwhile) is asked about before. Passwords are never kept. */
const KEY = "typed";
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

function putBack() {
  const text = sessionStorage.getItem(KEY);
  if (!text) return;
  sessionStorage.removeItem(KEY);
  const { page, values } = JSON.parse(text);
  if (page !== location.pathname + location.search) return;
  for (const [place, control] of placed()) if (place in values) setValue(control, values[place]);
}

export function keepTyped() {
  const first = new WeakSet(controls());
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-stays]")) return;
    const all = [...placed()];
    const forms = new Set(all.filter(([, control]) => isChanged(control)).map(([, control]) => control.form));
    // What was typed over an older version is still typed over that one.
    const changed = all.filter(([, control]) => (control.type === "hidden" ? forms.has(control.form) : isChanged(control)));
    const isLost = changed.some(([, control]) => !first.has(control) || control.matches("[type=file]"));
    if (isLost) event.target.dataset.confirm = event.target.dataset.stays;
    const values = Object.fromEntries(changed.map(([place, control]) => [place, valueOf(control)]));
    try {
      if (changed.length) sessionStorage.setItem(KEY, JSON.stringify({ page: location.pathname + location.search, values }));
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
