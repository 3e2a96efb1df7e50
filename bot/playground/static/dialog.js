// Showing a dialog, and giving the focus back afterwards.

import { byId } from "./dom.js";

/** Show a dialog over the page. When it closes it is gone, and the focus is where it was, or else in the message box. */
export function showDialog(dialog) {
  const opener = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    const heir = opener.isConnected && opener !== document.body ? opener : byId("entry");
    // Chromium has focused the opener while it was still inert, without a caret: nothing could be typed there.
    heir.blur();
    heir.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
