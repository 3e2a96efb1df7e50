// A picture, large, over everything else.

import { showDialog } from "./dialog.js";
import { el, icon } from "./dom.js";

/** Show a picture until Escape, the button or a press beside it. */
export function openPicture(path, description) {
  const dialog = el(
    "dialog",
    { class: "lightbox", "aria-label": description || "Picture" },
    el("img", { src: path, alt: description }),
    description && el("p", {}, description),
    el("form", { method: "dialog" }, el("button", { class: "icon-button", "aria-label": "Close" }, icon("close"))),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  showDialog(dialog);
}
