/* Pictures to mark on pages whose answers are sent by the form itself. */
import { makePicture } from "./hotspot.js";

for (const hotspot of document.querySelectorAll("[data-hotspot]")) makePicture(hotspot.parentElement);
