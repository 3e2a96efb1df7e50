"""Discord's markdown as safe HTML for the chat page; who may see which message is decided elsewhere."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, link
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound

CODE_BLOCK = re.compile(r"```(?:([\w+\-.#]*)[ \t]*\n)?(.*?)```", re.DOTALL)
FENCE_OPEN = re.compile(r"```([\w+\-.#]*)[ \t]*$")
HEADING = re.compile(r"(#{1,3}|-#)[ \t]+(\S.*)")
HEADING_TAGS = {"#": "h1", "##": "h2", "###": "h3", "-#": "small"}
QUOTE = re.compile(r"(>>>|>)[ \t](.*)")
# These blocks need no blank line before them.
ENDS_TEXT = ["paragraph", "list"]

PLAIN = re.compile(r"(?:[^\\\n`*_~|<>!\[\]h]|h(?!ttps?://))+")
MASKED_TARGET = re.compile(r"\(\s*<?https?://", re.IGNORECASE)
URL = re.compile(r"https?://[^\s<>]+")
SPOILER = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)
USER = re.compile(r"<@!?(\d{1,20})>")
ROLE = re.compile(r"<@&(\d{1,20})>")
CHANNEL = re.compile(r"<#(\d{1,20})>")
COMMAND = re.compile(r"</([\w-]{1,32}(?: [\w-]{1,32}){0,2}):\d{1,20}>")
TIMESTAMP = re.compile(r"<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>")
EMOJI = re.compile(r"<a?:(\w{2,32}):\d{1,20}>")

ANSI_CODE = re.compile(r"\x1b\[([\d;]*)m")
ANSI_STYLES = {1, 4, *range(30, 38), *range(40, 48)}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in a text are called: users by display name, channels and roles by name, keyed by id."""

    users: Mapping[str, str] = field(default_factory=dict[str, str])
    channels: Mapping[str, str] = field(default_factory=dict[str, str])
    roles: Mapping[str, str] = field(default_factory=dict[str, str])


def render(text: str, names: Names) -> str:
    """Render Discord's dialect of markdown to HTML that is safe to put into a page.

    Raw HTML is shown as text. Links lead to http and https only. Code is marked up with `hl-` and `ansi-`
    classes, which the page's `code.css` colours; a block that a blank line sets apart has the class `apart`. No inline
    style is ever written.

    The dialect: https://support.discord.com/hc/en-us/articles/210298617, and for mentions and timestamps
    https://docs.discord.com/developers/reference#message-formatting.
    """
    rendered: str = _markdown().render(_code_on_own_lines(text), {"names": names})
    return rendered.strip()


class _Dialect(MarkdownIt):
    """markdown-it, reduced to what Discord knows."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's own name
        """Allow links to the web only: no javascript:, no mailto:."""
        return url.lower().startswith(("http://", "https://"))


@cache
def _markdown() -> MarkdownIt:
    """Build the parser once, at the first message; it keeps no state between texts."""
    dialect = _Dialect("zero", renderer_cls=_Renderer)
    dialect.enable(["list", "escape", "backticks", "strikethrough", "emphasis", "link", "autolink"])
    block = dialect.block.ruler
    block.at("paragraph", _paragraph)
    block.before("list", "code_block", _code_block, {"alt": ENDS_TEXT})
    block.before("list", "quote", _quote, {"alt": ENDS_TEXT})
    block.before("list", "title", _heading, {"alt": ENDS_TEXT})
    dialect.core.ruler.after("block", "blank_lines", _blank_lines)
    inline = dialect.inline.ruler
    inline.at("text", _plain)
    inline.at("link", _masked_link)
    inline.after("text", "break", _line_break)
    inline.after("break", "url", _bare_url)
    inline.before("link", "spoiler", _spoiler)
    inline.before("autolink", "mention", _mention)
    return dialect


def _code_on_own_lines(text: str) -> str:
    """Give code blocks that open or close within a line lines of their own, as Discord shows them."""

    def apart(block: re.Match[str]) -> str:
        before = text[text.rfind("\n", 0, block.start()) + 1 : block.start()]
        if before.lstrip().startswith(">"):
            return block[0]  # a quote takes its lines apart first, and then comes back here
        language, code = block[1] or "", block[2]
        if not code.strip():
            return block[0]
        opening = "" if re.fullmatch(r"\s*(?:[-*]|\d+\.)?\s*", before) else "\n"
        closing = "" if code.rpartition("\n")[2].strip() == "" else "\n"
        after = "" if text[block.end() : block.end() + 1] in ("", "\n") else "\n"
        return f"{opening}```{language}\n{code}{closing}```{after}"

    return CODE_BLOCK.sub(apart, text)


# Block rules. markdown-it calls each with the parser's state, the first line, the line after the last, and
# whether it only asks if the rule would match.


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _push_text(state: StateBlock, kind: str, tag: str, content: str, lines: tuple[int, int]) -> None:
    state.push(f"{kind}_open", tag, 1).map = list(lines)
    text = state.push("inline", "", 0)
    text.content, text.map, text.children = content, list(lines), []
    state.push(f"{kind}_close", tag, -1)
    state.line = lines[1]


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take lines up to a blank one or another block. Unlike CommonMark, nothing is continued lazily."""
    ends = state.md.block.ruler.getRules("paragraph")
    line = start + 1
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if any(rule(state, line, end, True) for rule in ends):
            break
        line += 1
    if not silent:
        content = state.getLines(start, line, state.blkIndent, False).rstrip()
        _push_text(state, "paragraph", "p", content, (start, line))
    return True


def _code_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Match a fenced block that is closed; an open one is text, as in Discord."""
    opening = FENCE_OPEN.match(_line(state, start))
    if not opening:
        return False
    last = next((line for line in range(start + 1, end) if _line(state, line).rstrip() == "```"), None)
    if last is None:
        return False
    if not silent:
        token = state.push("code_block", "pre", 0)
        token.info = opening[1].lower()
        token.content = state.getLines(start + 1, last, state.blkIndent, True).strip("\n")
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Match lines that each begin with `> `, or everything from `>>> ` on. Quotes do not nest."""
    quote = QUOTE.match(_line(state, start))
    if not quote or "quoted" in state.env:
        return False
    if silent:
        return True
    lines, line = [quote[2]], start + 1
    while line < end and (quote[1] == ">>>" or (quote := QUOTE.match(_line(state, line)))):
        lines.append(quote[2] if quote[1] == ">" else state.getLines(line, line + 1, state.blkIndent, False))
        line += 1
    state.push("blockquote_open", "blockquote", 1).map = [start, line]
    inside: EnvType = {**state.env, "quoted": True}
    state.md.block.parse(_code_on_own_lines("\n".join(lines)), state.md, inside, state.tokens)
    state.push("blockquote_close", "blockquote", -1)
    state.line = line
    return True


def _heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Match `#`, `##` and `###` headings, and `-#` subtext."""
    heading = HEADING.match(_line(state, start))
    if not heading:
        return False
    if not silent:
        tag = HEADING_TAGS[heading[1]]
        _push_text(state, "heading", tag, heading[2].rstrip(), (start, start + 1))
    return True


def _blank_lines(state: StateCore) -> None:
    """Mark the blocks that a blank line sets apart, because blocks here also follow each other without one."""
    lines, quoted = state.src.split("\n"), False
    for token in state.tokens:
        above = token.map[0] - 1 if token.map else -1
        if above >= 0 and token.level == 0 and token.nesting >= 0 and not quoted and not lines[above].strip():
            token.attrSet("class", "apart")
        if token.type.startswith("blockquote"):
            quoted = token.nesting > 0


# Inline rules. markdown-it calls each at a position and asks whether it takes something from there.


def _plain(state: StateInline, silent: bool) -> bool:
    """Take text that cannot begin anything."""
    text = PLAIN.match(state.src, state.pos, state.posMax)
    if not text:
        return False
    if not silent:
        state.append_pending(text[0])
    state.pos = text.end()
    return True


def _line_break(state: StateInline, silent: bool) -> bool:
    """Keep every line break, and the spaces that indent the next line."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.push("softbreak", "br", 0)
    state.pos += 1
    return True


def _bare_url(state: StateInline, silent: bool) -> bool:
    url = URL.match(state.src, state.pos, state.posMax)
    if not url or state.linkLevel > 0:
        return False
    address = url[0].rstrip(".,:;!?\"'])*_~|")
    if url[0][len(address) :].startswith(")") and "(" in address:
        address += ")"
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(address)}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(address)
    return True


def _masked_link(state: StateInline, silent: bool) -> bool:
    """Take `[text](address)` where the address is one of the web; anything else is text."""
    if state.src[state.pos] != "[":
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos, True)
    return end > 0 and MASKED_TARGET.match(state.src, end + 1) is not None and link(state, silent)


def _spoiler(state: StateInline, silent: bool) -> bool:
    spoiler = SPOILER.match(state.src, state.pos, state.posMax)
    if not spoiler:
        return False
    if not silent:
        end = state.posMax
        state.pos, state.posMax = spoiler.span(1)
        token = state.push("spoiler_open", "span", 1)
        token.attrs = {"class": "spoiler", "role": "button", "tabindex": "0", "aria-label": "Spoiler"}
        state.md.inline.tokenize(state)
        state.push("spoiler_close", "span", -1)
        state.posMax = end
    state.pos = spoiler.end()
    return True


def _mention(state: StateInline, silent: bool) -> bool:
    """Take `<@user>`, `<#channel>`, `<@&role>`, `</command:id>`, `<t:time>` and `<:emoji:id>`."""
    if state.src[state.pos] != "<":
        return False
    for pattern, markup in MENTIONS:
        found = pattern.match(state.src, state.pos, state.posMax)
        if found:
            if not silent:
                state.push("mention", "", 0).content = markup(found, state.env["names"])
            state.pos = found.end()
            return True
    return False


def _user(mention: re.Match[str], names: Names) -> str:
    name = names.users.get(mention[1], "unknown-user")
    return f'<span class="mention" data-user="{mention[1]}">@{html.escape(name)}</span>'


def _role(mention: re.Match[str], names: Names) -> str:
    return f'<span class="mention">@{html.escape(names.roles.get(mention[1], "unknown-role"))}</span>'


def _channel(mention: re.Match[str], names: Names) -> str:
    name = html.escape(names.channels.get(mention[1], "unknown-channel"))
    return f'<a class="mention" href="#{mention[1]}">#{name}</a>'


def _command(mention: re.Match[str], _: Names) -> str:
    name = html.escape(mention[1])
    return f'<button type="button" class="mention" data-command="{name}">/{name}</button>'


def _timestamp(mention: re.Match[str], _: Names) -> str:
    """Write the moment in UTC; the page says it again in the reader's own time."""
    try:
        moment = datetime.fromtimestamp(int(mention[1]), UTC)
    except (OverflowError, ValueError, OSError):
        return html.escape(mention[0])
    style = mention[2] or "f"
    return f'<time datetime="{moment.isoformat()}" data-style="{style}">{moment:%d %B %Y %H:%M} UTC</time>'


def _emoji(mention: re.Match[str], _: Names) -> str:
    return f'<span class="emoji">:{mention[1]}:</span>'


MENTIONS = (
    (USER, _user),
    (ROLE, _role),
    (CHANNEL, _channel),
    (COMMAND, _command),
    (TIMESTAMP, _timestamp),
    (EMOJI, _emoji),
)


class _Renderer(RendererHTML):
    """Writes the tokens down. markdown-it finds the methods by the tokens' types."""

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>"

    hardbreak = softbreak

    def mention(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return tokens[idx].content

    def strong_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<u>" if tokens[idx].markup == "__" else "<strong>"

    def strong_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</u>" if tokens[idx].markup == "__" else "</strong>"

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrs |= {"rel": "noreferrer", "target": "_blank"}
        return self.renderToken(tokens, idx, options, env)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        code = _coloured(tokens[idx].content, tokens[idx].info)
        return f"<pre{self.renderAttrs(tokens[idx])}><code>{code}</code></pre>"


def _coloured(code: str, language: str) -> str:
    """Highlight code in a language that pygments knows; anything else is plain text."""
    if language == "ansi":
        return _ansi(code)
    try:
        lexer = find_lexer_class_by_name(language)(stripnl=False, ensurenl=False)
    except ClassNotFound:
        return html.escape(code)
    return highlight(code, lexer, HtmlFormatter[str](nowrap=True, classprefix="hl-")).rstrip("\n")


def _ansi(code: str) -> str:
    """Colour text by the escape codes that Discord knows: bold, underline, eight colours and backgrounds."""
    pieces, styles = list[str](), list[int]()
    # re.split with one group alternates: text, codes, text, codes, …, text.
    for index, piece in enumerate(ANSI_CODE.split(code)):
        if index % 2:
            for number in (int(digits or 0) for digits in piece.split(";")):
                # Colours of one kind replace each other: 30 to 37 are text, 40 to 47 are backgrounds.
                styles = [] if number == 0 else [kept for kept in styles if kept // 10 != number // 10]
                styles += [number] if number in ANSI_STYLES else []
        elif piece:
            classes = " ".join(f"ansi-{number}" for number in styles)
            text = html.escape(piece)
            pieces.append(f'<span class="{classes}">{text}</span>' if classes else text)
    return "".join(pieces)
