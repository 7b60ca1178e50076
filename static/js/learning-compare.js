/* "Before and after" as one picture with a slider over it. Without scripts, and where the two differ in
   shape, the pictures stand side by side with their captions. Previews are filled anew: so is this. */
const RATIO = 0.02; // how far two shapes may differ

function enhance(list) {
  list.dataset.compared = "";
  const images = [...list.querySelectorAll("img")];
  if (images.length !== 2) return;
  const shapes = images.map((image) => Number(image.getAttribute("width")) / Number(image.getAttribute("height")));
  if (!(Math.abs(shapes[0] - shapes[1]) <= RATIO * shapes[0])) return;
  const captions = [...list.querySelectorAll("figcaption")].map((caption) => caption.textContent);
  for (const image of images) image.loading = "eager"; // one lies under the other
  const slider = document.createElement("input");
  slider.type = "range";
  slider.className = "before-after-slider";
  slider.min = 0;
  slider.max = 100;
  slider.value = 50;
  slider.setAttribute("aria-label", captions.join(" / "));
  const stage = list.parentElement;
  list.classList.add("is-compared");
  list.after(slider);
  const place = () => {
    const share = Number(slider.value);
    stage.style.setProperty("--share", `${share}%`);
    slider.setAttribute("aria-valuetext", `${captions[0]}: ${share} %`);
  };
  slider.addEventListener("input", place);
  place();
}

function look() {
  for (const list of document.querySelectorAll(".before-after:not([data-compared])")) enhance(list);
}

look();
const frame = document.querySelector("[data-preview]");
if (frame) new MutationObserver(look).observe(frame, { childList: true });
