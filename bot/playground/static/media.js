// Pictures, files and embeds as elements.

import { el, icon } from "./dom.js";
import { markup } from "./markup.js";

const WIDEST = 550; // pixels a single picture may take, as in Discord
const HIGHEST = 350;

/** The path of an address of this playground, else null: the page asks no other host for anything. */
export function ownPath(address) {
  const { pathname, search } = new URL(address, location.href);
  return pathname.startsWith("/attachments/") ? pathname + search : null;
}

/** Attachments of a message without components of its own kind: pictures first shown, files as cards. */
export function renderAttachments(attachments) {
  const pictures = attachments.filter(isPicture);
  const files = attachments.filter((attachment) => !isPicture(attachment));
  return [
    pictures.length ? renderGallery(pictures.map((media) => ({ media, description: media.description }))) : null,
    files.map((file) => renderFile(file.url, file.filename, file.size)),
  ];
}

const isPicture = ({ content_type: type, filename }) =>
  type ? type.startsWith("image/") : /\.(png|jpe?g|gif|webp|svg)$/i.test(filename);

/** One picture in its own shape, or a grid of several. */
export function renderGallery(items) {
  return el(
    "div",
    { class: `gallery of-${Math.min(items.length, 5)}`, "data-kind": "gallery" },
    items.map((item) => renderPicture(item.media, item.description, item.spoiler)),
  );
}

/** A picture with its description, in a button that shows it large. */
export function renderPicture(media, description, spoiler = false) {
  const path = ownPath(media.url);
  if (!path) return renderElsewhere(media.url, description);
  const { width, height } = fitted(media);
  const label = spoiler ? "Spoiler" : `Picture: ${description || "no description"}`;
  return el(
    "button",
    { type: "button", class: "picture", "data-picture": path, "data-spoiler": spoiler && "", "aria-label": label },
    el("img", { src: path, alt: description ?? "", width, height }),
  );
}

function renderElsewhere(address, description) {
  const link = el("a", { href: address, rel: "noreferrer", target: "_blank" }, description || "A picture");
  const reason = ` is kept at ${new URL(address).host}; the playground loads nothing from there.`;
  return el("p", { class: "elsewhere" }, link, reason);
}

function fitted({ width, height }) {
  if (!width || !height) return {};
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** A card that downloads a file. `size` is in bytes. */
export function renderFile(address, name, size) {
  const path = ownPath(address) ?? address;
  return el(
    "div",
    { class: "file", "data-kind": "file" },
    icon("file"),
    el("span", { class: "file-name" }, el("a", { href: path, download: name }, name), el("small", {}, bytes(size))),
    el("a", { class: "icon-button", href: path, download: name, "aria-label": `Download ${name}` }, icon("download")),
  );
}

function bytes(size) {
  if (!size) return "";
  if (size < 1024) return `${size} bytes`;
  return size < 1_048_576 ? `${(size / 1024).toFixed(2)} KB` : `${(size / 1_048_576).toFixed(2)} MB`;
}

/** The name and address of a file component, whose message may know it better. */
export function renderFileComponent(component, attachments) {
  const name = component.name ?? decodeURIComponent(component.file.url.split("/").at(-1).split("?")[0]);
  const attachment = attachments.find(({ filename }) => filename === name);
  return renderFile(component.file.url, name, component.size ?? attachment?.size);
}

export function renderEmbeds(embeds) {
  return embeds.map(renderEmbed);
}

function renderEmbed(embed) {
  return el(
    "article",
    { class: "embed", "data-kind": "embed", style: { "--accent": colour(embed.color) } },
    el(
      "div",
      { class: "embed-body" },
      embed.author && el("p", { class: "embed-author" }, linked(embed.author.name, embed.author.url)),
      embed.title && el("p", { class: "embed-title" }, linked(embed.title, embed.url)),
      embed.description && markup(embed.description_html, embed.description),
      embed.fields?.length ? el("div", { class: "fields" }, embed.fields.map(renderField)) : null,
      embed.image && renderPicture(embed.image, embed.image.description),
      embed.footer && el("footer", { class: "embed-footer" }, embed.footer.text),
    ),
    embed.thumbnail && el("div", { class: "thumbnail" }, renderPicture(embed.thumbnail)),
  );
}

function renderField(field) {
  return el(
    "div",
    { class: field.inline ? "field inline" : "field" },
    el("strong", {}, field.name),
    markup(field.value_html, field.value),
  );
}

const linked = (text, url) => (url ? el("a", { href: url, rel: "noreferrer", target: "_blank" }, text) : text);

/** A colour as Discord writes it, 0xRRGGBB, as CSS; null stays null. */
export function colour(number) {
  return number === null || number === undefined ? null : `#${number.toString(16).padStart(6, "0")}`;
}
