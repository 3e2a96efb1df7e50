// Text that the server has rendered: the only place where HTML from outside enters the page.

import { el } from "./dom.js";
import { localise } from "./time.js";

/** An element with the server's HTML (always a field named …_html), or with plain text where there is none. */
export function markup(html, text = "", attributes = {}) {
  const node = el("div", { ...attributes, class: `markup ${attributes.class ?? ""}`.trim() });
  if (html === undefined) node.textContent = text;
  else node.innerHTML = html;
  localise(node);
  return node;
}

/** Show what a spoiler hides. */
export function reveal(spoiler) {
  spoiler.setAttribute("data-revealed", "");
  for (const name of ["role", "tabindex", "aria-label"]) spoiler.removeAttribute(name);
}
