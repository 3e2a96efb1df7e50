// One message as elements. It reads the world and changes nothing; messages.js puts it into the list.

import { renderComponents } from "./components.js";
import { FLAG } from "./discord.js";
import { avatar, el, icon } from "./dom.js";
import { renderAttachments, renderEmbeds } from "./media.js";
import { markup } from "./markup.js";
import { clock, day, full, sameDay, stamp } from "./time.js";

const GROUPED_FOR = 7 * 60_000; // milliseconds in which an author's next message joins the one before

/** A list item for `message`; `previous` is the message above it, if any. */
export function renderMessage(message, previous, world) {
  const sent = new Date(message.timestamp);
  const grouped = joins(message, previous);
  const author = world.person(message.author);
  const classes = ["message", grouped && "grouped", message.flags & FLAG.EPHEMERAL && "ephemeral"];
  return el(
    "li",
    { class: classes.filter(Boolean).join(" "), "data-message": message.id, tabindex: "-1" },
    startsDay(sent, previous) && el("p", { class: "day", "data-kind": "day" }, el("span", {}, day(sent))),
    el(
      "article",
      { class: "row", "aria-label": `${author.name}, ${stamp(sent)}` },
      !grouped && renderContext(message, world),
      grouped ? el("time", { class: "aside", datetime: message.timestamp }, clock(sent)) : avatar(author),
      el(
        "div",
        { class: "body" },
        !grouped && renderAuthor(author, sent),
        renderContent(message, world, author),
        renderFailure(world.dealings(message.id).failure),
        message.flags & FLAG.EPHEMERAL ? renderOnlyYou() : null,
      ),
    ),
  );
}

/** The row of a command that is on its way, or that failed before the bot said anything. */
export function renderSending({ nonce, command, error }, world) {
  const bot = { ...world.bot, bot: true };
  const state = error
    ? [renderFailure(error), renderOnlyYou("forget")]
    : el("p", { class: "thinking" }, renderDots(), "Sending command…");
  return el(
    "li",
    { class: "message ephemeral", "data-nonce": nonce },
    el(
      "article",
      { class: "row" },
      renderUsed(world.me, command),
      avatar(bot),
      el("div", { class: "body" }, renderAuthor(bot, new Date()), state),
    ),
  );
}

function joins(message, previous) {
  if (!previous || message.interaction_metadata?.type === 2 || message.referenced_message) return false;
  const ephemeral = (one) => one.flags & FLAG.EPHEMERAL;
  return (
    previous.author.id === message.author.id &&
    ephemeral(previous) === ephemeral(message) &&
    new Date(message.timestamp) - new Date(previous.timestamp) < GROUPED_FOR &&
    !startsDay(new Date(message.timestamp), previous)
  );
}

function startsDay(sent, previous) {
  return !previous || !sameDay(sent, new Date(previous.timestamp));
}

function renderContext(message, world) {
  if (message.interaction_metadata && message.command_name) {
    return renderUsed(world.person(message.interaction_metadata.user), message.command_name);
  }
  if (!message.referenced_message) return null;
  const { author, content, id } = message.referenced_message;
  const person = world.person(author);
  return el(
    "div",
    { class: "context", "data-kind": "context" },
    avatar(person, "tiny"),
    el("span", { class: "name", style: { "--name": person.name_color } }, person.name),
    el("button", { type: "button", class: "excerpt", "data-jump": id }, content || "Click to see the message"),
  );
}

function renderUsed(member, command) {
  return el(
    "div",
    { class: "context", "data-kind": "context" },
    avatar(member, "tiny"),
    el("span", { class: "name", style: { "--name": member.name_color } }, member.display_name ?? member.name),
    " used ",
    el("span", { class: "used" }, icon("app"), `/${command}`),
  );
}

function renderAuthor(author, sent) {
  return el(
    "header",
    { class: "author" },
    el("span", { class: "name", style: { "--name": author.name_color } }, author.name),
    author.bot && el("span", { class: "app" }, "APP"),
    el("time", { datetime: sent.toISOString(), title: full(sent) }, stamp(sent)),
  );
}

function renderContent(message, world, author) {
  if (message.flags & FLAG.LOADING) {
    return el("p", { class: "thinking", "data-kind": "thinking" }, renderDots(), `${author.name} is thinking…`);
  }
  const written = message.content_html ?? "";
  const edited = message.edited_timestamp && !message.components?.length;
  const v2 = message.flags & FLAG.COMPONENTS_V2;
  return [
    written && renderText(written, edited && new Date(message.edited_timestamp)),
    !v2 && renderAttachments(message.attachments ?? []),
    renderEmbeds(message.embeds ?? []),
    renderComponents(message.components ?? [], { message, dealings: world.dealings(message.id), world }),
  ];
}

// "(edited)" follows the last words, as long as those are a paragraph.
function renderText(written, edited) {
  const text = markup(written, "", { "data-kind": "content" });
  if (edited) {
    const place = text.lastElementChild?.tagName === "P" ? text.lastElementChild : text;
    place.append(" ", el("span", { class: "edited", title: full(edited) }, "(edited)"));
  }
  return text;
}

function renderFailure(sentence) {
  return sentence ? el("p", { class: "failure", "data-kind": "failure" }, icon("warning"), sentence) : null;
}

function renderOnlyYou(action = "dismiss") {
  return el(
    "footer",
    { class: "only-you", "data-kind": "only-you" },
    icon("eye"),
    "Only you can see this • ",
    el("button", { type: "button", class: "link", [`data-${action}`]: "" }, "Dismiss message"),
  );
}

function renderDots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
}
