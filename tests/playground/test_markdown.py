"""What a member reads when a message says so: Discord's markdown, and nothing that could harm the page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import markdown
from bot.playground.markdown import Names, render

NAMES = Names(users={"11": "Ada <3"}, channels={"22": "general"}, roles={"33": "Teacher"})


def shown(text: str) -> str:
    """The HTML of a text in one line."""
    return render(text, NAMES).replace("\n", "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "<p>plain</p>"),
        ("**bold** *it* _it_", "<p><strong>bold</strong> <em>it</em> <em>it</em></p>"),
        ("__under__ ~~gone~~", "<p><u>under</u> <s>gone</s></p>"),
        ("***both***", "<p><em><strong>both</strong></em></p>"),
        ("snake_case_name 2 * 3 * 4", "<p>snake_case_name 2 * 3 * 4</p>"),
        (r"\*as typed\*", "<p>*as typed*</p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("# one\n## two\n### three\n-# small", "<h1>one</h1><h2>two</h2><h3>three</h3><small>small</small>"),
        ("#### four\n#five", "<p>#### four<br>#five</p>"),
        ("first\nsecond\n\nthird", '<p>first<br>second</p><p class="apart">third</p>'),
        ("a\n\n- b\n\n```\nc\n```", '<p>a</p><ul class="apart"><li>b</li></ul><pre class="apart"><code>c</code></pre>'),
        ("a\n- b\n> c\n\nd", '<p>a</p><ul><li>b</li></ul><blockquote><p>c</p></blockquote><p class="apart">d</p>'),
        ("a\n   indented", "<p>a<br>   indented</p>"),
        ("- a\n  - b\nafter", "<ul><li>a<ul><li>b</li></ul></li></ul><p>after</p>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("> quoted\n> too\nnot", "<blockquote><p>quoted<br>too</p></blockquote><p>not</p>"),
        (">>> all\nof it", "<blockquote><p>all<br>of it</p></blockquote>"),
        (">no quote", "<p>&gt;no quote</p>"),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"),
    ],
)
def test_text_reads_as_in_discord(text: str, html: str) -> None:
    assert shown(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("```x < y```", "<pre><code>x &lt; y</code></pre>"),
        ("see ```\nx\n``` there", "<p>see</p><pre><code>x</code></pre><p> there</p>"),
        ("```\n> no quote\n- no list\n```", "<pre><code>&gt; no quote- no list</code></pre>"),
        ("```nosuchlanguage\nx\n```", "<pre><code>x</code></pre>"),
        ("```py\nnever closed", "<p>```py<br>never closed</p>"),
        ("> ```\n> x\n> ```", "<blockquote><pre><code>x</code></pre></blockquote>"),
        ("- ```\n  x\n  ```", "<ul><li><pre><code>x</code></pre></li></ul>"),
    ],
)
def test_code_blocks(text: str, html: str) -> None:
    assert shown(text) == html


def test_code_is_highlighted_by_language_and_keeps_its_lines() -> None:
    html = render("```js\nawait one();\n\n    await two();\n```", NAMES)
    assert '<span class="hl-k">await</span>' in html
    assert re.sub(r"<[^>]+>", "", html) == "await one();\n\n    await two();"


def test_ansi_blocks_are_coloured_and_colours_replace_each_other() -> None:
    html = shown("```ansi\n\x1b[1;31mred\x1b[32mgreen\x1b[0m plain \x1b[41mon red\n```")
    assert html == (
        '<pre><code><span class="ansi-1 ansi-31">red</span><span class="ansi-1 ansi-32">green</span>'
        ' plain <span class="ansi-41">on red</span></code></pre>'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<@11> <@!11>", 2 * ' <span class="mention" data-user="11">@Ada &lt;3</span>'),
        ("<@99>", '<span class="mention" data-user="99">@unknown-user</span>'),
        ("<@&33>", '<span class="mention">@Teacher</span>'),
        ("<#22>", '<a class="mention" href="#22">#general</a>'),
        (
            "</demo parallel:5>",
            '<button type="button" class="mention" data-command="demo parallel">/demo parallel</button>',
        ),
        ("<:wave:5> <a:wave:5>", '<span class="emoji">:wave:</span> <span class="emoji">:wave:</span>'),
        (
            "<t:0:R>",
            '<time datetime="1970-01-01T00:00:00+00:00" data-style="R">01 January 1970 00:00 UTC</time>',
        ),
        ("<t:9999999999999>", "&lt;t:9999999999999&gt;"),
    ],
)
def test_mentions_have_names(text: str, html: str) -> None:
    assert shown(text) == f"<p>{html.strip()}</p>"


@pytest.mark.parametrize(
    ("text", "href", "label"),
    [
        ("[docs](https://example.org/a_b)", "https://example.org/a_b", "docs"),
        ("see https://example.org/x_y_z.", "https://example.org/x_y_z", "https://example.org/x_y_z"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("<http://example.org>", "http://example.org", "http://example.org"),
        ("**https://example.org**", "https://example.org", "https://example.org"),
    ],
)
def test_links_open_apart_and_tell_nobody_where_from(text: str, href: str, label: str) -> None:
    assert f'<a href="{href}" rel="noreferrer" target="_blank">{label}</a>' in shown(text)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.c", "//x.y", "/here", ""])
def test_links_lead_to_the_web_only(address: str) -> None:
    assert "<a " not in shown(f"[click]({address}) <{address}>")


def test_a_spoiler_hides_what_it_holds() -> None:
    html = shown("||**it** was me||")
    assert html == (
        '<p><span class="spoiler" role="button" tabindex="0" aria-label="Spoiler"><strong>it</strong> was me</span></p>'
    )


class Tags(HTMLParser):
    """Collects every tag with the names of its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, frozenset[str]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, frozenset(name for name, _ in attrs)))
        assert not any(name == "href" and not (value or "").startswith(("http", "#")) for name, value in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


BLOCKS = ("p", "h1", "h2", "h3", "small", "ul", "blockquote", "pre")
ALLOWED = {
    **dict.fromkeys(("strong", "em", "u", "s", "br", "li", "code"), frozenset[str]()),
    **dict.fromkeys(BLOCKS, frozenset({"class"})),
    "ol": frozenset({"start", "class"}),
    "a": frozenset({"href", "rel", "target", "title", "class"}),
    "span": frozenset({"class", "role", "tabindex", "aria-label", "data-user"}),
    "button": frozenset({"type", "class", "data-command"}),
    "time": frozenset({"datetime", "data-style"}),
}
FRAGMENTS = st.sampled_from(
    [
        *"*_~|`<>[]()#-!\\&\"' \n",
        "> ",
        ">>> ",
        "```",
        "```js\n",
        "```ansi\n\x1b[31m",
        "1. ",
        "<script>",
        "</p>",
        "<@11>",
        "<t:5:R>",
        "</a b:1>",
        "https://x.y/",
        "javascript:",
        "[a](",
        "-# ",
        "<!--",
        "<img src=x onerror=y>",
        "||",
        "a",
    ]
)


@given(st.lists(FRAGMENTS | st.text(max_size=8), max_size=30).map("".join))
def test_no_text_brings_markup_of_its_own(text: str) -> None:
    tags = Tags(render(text, NAMES))
    assert not tags.open
    for tag, attributes in tags.seen:
        assert attributes <= ALLOWED[tag]


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_colour_of_code_can_be_read_on_its_ground() -> None:
    sheet = (Path(markdown.__file__).parent / "static" / "code.css").read_text()
    ground = re.search(r"--code-ground: (#\w{6})", sheet)
    inks = re.findall(r"--code-ink-\w+: (#\w{6})", sheet)
    assert ground
    assert len(inks) > 10
    for ink in inks:
        assert (luminance(ink) + 0.05) / (luminance(ground[1]) + 0.05) >= 4.5, ink
