/* Pictures to mark and steps to put in order on pages whose answers are sent by the form itself. */
import { makeSortable } from "./exam-order.js";
import { makePicture } from "./hotspot.js";

for (const hotspot of document.querySelectorAll("[data-hotspot]")) makePicture(hotspot.parentElement);

for (const list of document.querySelectorAll("[data-order]:has(select:enabled)")) {
  const section = list.parentElement;
  const status = Object.assign(document.createElement("p"), { className: "sr-only" });
  status.role = "status";
  section.append(status);
  section.tabIndex = -1; // holds the focus when its last button has gone
  makeSortable(section, {
    sends: true,
    words: { moved: list.dataset.saidMoved },
    announce: (text) => { status.textContent = text; },
    onChange: () => {},
  });
}
