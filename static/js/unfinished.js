/* A date, a time or a number that is typed in part (12.05.____) would be sent as nothing, and where
   nothing may be left out as that: without a due date, for ever. The form waits and says so at the field. */
const CONTROLS = "input[type=date], input[type=time], input[type=datetime-local], input[type=number]";
const marked = new Map();

function unmark(form) {
  for (const [control, { note, before }] of marked) {
    if (control.form !== form) continue;
    marked.delete(control);
    note.remove();
    for (const [name, value] of Object.entries(before)) {
      if (value === null) control.removeAttribute(name);
      else control.setAttribute(name, value);
    }
  }
}

function mark(control, text) {
  const note = text.content.firstElementChild.cloneNode(true);
  note.id = `${control.id || control.name}-unfinished`;
  const names = ["aria-describedby", "aria-invalid"];
  const before = Object.fromEntries(names.map((name) => [name, control.getAttribute(name)]));
  marked.set(control, { note, before });
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", [before["aria-describedby"], note.id].filter(Boolean).join(" "));
  control.before(note);
}

export function keepUnfinished() {
  const text = document.getElementById("unfinished");
  // First of all: nothing else shall take the form for sent.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.submitter?.formNoValidate) return;
    unmark(form);
    const unfinished = [...form.elements].filter((control) => control.matches(CONTROLS) && control.validity.badInput);
    if (!unfinished.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const control of unfinished) {
      mark(control, text);
      for (let box = control.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    }
    unfinished[0].focus();
  }, { capture: true });
}
