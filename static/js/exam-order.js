/* The steps by the numbers that were chosen before the scripts had arrived, or that the form came with, if
   they make an order. */
function orderByNumbers(steps, sends) {
  const selects = steps.map((step) => step.querySelector("select"));
  const isTouched = sends || selects.some((select) => !select.selectedOptions[0].defaultSelected && select.value);
  const places = new Map(selects.map((select, index) => [Number(select.value), steps[index]]));
  const order = steps.map((_step, index) => places.get(index + 1));
  return isTouched && !order.includes(undefined) ? order : null;
}

/* Steps that are put in order by buttons; the numbers of the plain form give way to them. Where the form
   itself is sent (sends) they stay in it, out of sight, and say nothing until the steps are in order. */
export function makeSortable(section, { words, announce, onChange, sends = false }) {
  const list = section.querySelector("[data-order]");
  if (!list) return;
  const confirm = section.querySelector("[data-order-confirm]");
  const steps = () => [...list.querySelectorAll("[data-key]")];

  function refresh() {
    const all = steps();
    all.forEach((step, index) => {
      step.querySelector('[data-move="-1"]').setAttribute("aria-disabled", String(index === 0));
      step.querySelector('[data-move="1"]').setAttribute("aria-disabled", String(index === all.length - 1));
    });
    confirm.hidden = section.dataset.ordered === "yes";
    if (sends && confirm.hidden) all.forEach((step, index) => { step.querySelector("select").value = index + 1; });
  }

  list.classList.add("is-sortable");
  const numbered = orderByNumbers(steps(), sends);
  if (numbered) {
    list.append(...numbered);
    section.dataset.ordered = "yes";
  }
  for (const step of steps()) {
    if (sends) step.querySelector("select").hidden = true;
    else step.querySelector("select").remove();
    step.querySelector(".order-buttons").hidden = false;
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const step = button.closest("[data-key]");
    const neighbour = button.dataset.move === "-1" ? step.previousElementSibling : step.nextElementSibling;
    if (!neighbour) return;
    if (button.dataset.move === "-1") neighbour.before(step);
    else neighbour.after(step);
    section.dataset.ordered = "yes";
    refresh();
    button.focus();
    const place = steps().indexOf(step) + 1;
    announce(words.moved.replace("{place}", place).replace("{all}", steps().length));
    onChange();
  });

  section.querySelector("[data-keep-order]").addEventListener("click", () => {
    section.dataset.ordered = "yes";
    refresh();
    section.focus({ preventScroll: true });
    onChange();
  });

  section.addEventListener("orderchange", refresh);
  refresh();
}
