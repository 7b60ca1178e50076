/* Another file for the same place, or captions: the file is sent in pieces first, then the form with
   the name of the upload. Without this the form brings the file. */
import { Line, Sender, isFinal, reason } from "./resumable.js";

for (const form of document.querySelectorAll("[data-resumes]")) {
  form.addEventListener("submit", (event) => {
    const file = form.querySelector("input[type=file]").files[0];
    if (!file) return; // the form says that one is missing
    event.preventDefault();
    begin(form, file);
  });
}

async function begin(form, file) {
  const list = document.createElement("ul");
  list.className = "plain-list upload-queue";
  form.append(list);
  const button = form.querySelector("button[type=submit], button:not([type])");
  button.disabled = true;
  const line = new Line(file, list);
  const sender = new Sender(file, {
    url: form.dataset.resumes,
    token: form.elements.csrf_token.value,
    signal: line.signal,
    told: (state, share) => line.tell(state, share),
  });
  try {
    const place = await sender.send();
    form.elements.upload.value = place.split("/").pop();
    form.querySelector("input[type=file]").value = "";
    form.submit();
  } catch (error) {
    button.disabled = false;
    if (line.signal.aborted) {
      sender.remove();
      list.remove();
      button.focus();
    } else {
      line.fail(reason(error), () => {
        list.remove();
        if (isFinal(error)) form.querySelector("input[type=file]").focus();
        else begin(form, file);
      }, { isFinal: isFinal(error) });
    }
  }
}
