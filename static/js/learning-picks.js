/* One box that ticks all boxes of the list. */
const all = document.querySelector("[data-pick-all]");
if (all) {
  const master = all.querySelector("[data-pick-all-box]");
  const boxes = [...document.querySelectorAll(".pick input")];
  const agree = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    master.checked = ticked === boxes.length;
    master.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.hidden = boxes.length < 2;
  agree();
  master.addEventListener("change", () => { for (const box of boxes) box.checked = master.checked; });
  for (const box of boxes) box.addEventListener("change", agree);
}
