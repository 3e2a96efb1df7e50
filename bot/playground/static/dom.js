// Making elements. What they mean, and when they change, is elsewhere.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `on…` attributes are listeners, `style` is an object of properties; an attribute or a child that is
 * null, undefined or false is left out.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") setStyle(node, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Through the object model, because the page's content security policy refuses style attributes.
function setStyle(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value !== null && value !== undefined) node.style.setProperty(name, value);
  }
}

/** An icon of icons.svg; it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A round picture: a colour and letters for a member, a small robot for a bot. */
export function avatar(person, size = "") {
  const face = person.bot ? icon("robot") : (person.avatar_text ?? initials(person.name));
  return el("span", { class: `avatar ${size}`, "aria-hidden": "true", style: { "--avatar": person.color } }, face);
}

/** The first letters of up to two words. */
export function initials(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase();
}

export const byId = (id) => document.getElementById(id);
