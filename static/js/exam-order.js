/* The steps by the numbers that were chosen before the scripts had arrived, if they make an order. */
function orderByNumbers(steps) {
  const selects = steps.map((step) => step.querySelector("select"));
  const isTouched = selects.some((select) => !select.selectedOptions[0].defaultSelected && select.value);
  const places = new Map(selects.map((select, index) => [Number(select.value), steps[index]]));
  const order = steps.map((_step, index) => places.get(index + 1));
  return isTouched && !order.includes(undefined) ? order : null;
}

/* Steps that are put in order by buttons; the numbers of the plain form give way to them. */
export function makeSortable(section, { words, announce, onChange }) {
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
  }

  list.classList.add("is-sortable");
  const numbered = orderByNumbers(steps());
  if (numbered) {
    list.append(...numbered);
    section.dataset.ordered = "yes";
  }
  for (const step of steps()) {
    step.querySelector("select").remove();
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
