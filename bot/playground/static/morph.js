// Changing a tree of elements into another one in place, so that focus, scroll positions and images stay.

/** Make `from` what `to` is. Elements are kept by their place among others of their kind (`data-kind`). */
export function morph(from, to) {
  if (from.isEqualNode(to)) return from;
  if (!alike(from, to)) {
    from.replaceWith(to);
    return to;
  }
  if (from.nodeType === Node.TEXT_NODE) from.data = to.data;
  else {
    copyAttributes(from, to);
    morphChildren(from, to);
  }
  return from;
}

function alike(one, other) {
  return one.nodeName === other.nodeName && one.dataset?.kind === other.dataset?.kind;
}

function copyAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && name !== "style") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== "style" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  // A style attribute set as text is refused by the content security policy; through the object model it is not.
  if (from.style.cssText !== to.style.cssText) from.style.cssText = to.style.cssText;
}

function morphChildren(from, to) {
  let current = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const kept = firstAlike(current, wanted);
    if (!kept) {
      from.insertBefore(wanted, current);
      continue;
    }
    while (current !== kept) current = drop(current);
    current = current.nextSibling;
    morph(kept, wanted);
  }
  while (current) current = drop(current);
}

function firstAlike(node, wanted) {
  while (node && !alike(node, wanted)) node = node.nextSibling;
  return node;
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
