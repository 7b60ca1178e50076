"""Contrast of the colour tokens, by the formula of WCAG 2.2 (1.4.3 and 1.4.11)."""

import re

import pytest

from lms.core.settings import PROJECT

SURFACES = ("bg", "surface", "sunken", "raised")
TONES = ("info", "good", "warn", "bad")

TEXT_PAIRS = (
    *((text, surface) for text in ("text", "muted", "link", "bad") for surface in SURFACES),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("text", f"{tone}-soft") for tone in TONES),
    *(("muted", f"{tone}-soft") for tone in TONES),
    *((tone, surface) for tone in TONES for surface in SURFACES),
    ("text", "accent-soft"),
    ("link", "accent-soft"),
    ("muted", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("on-danger", "danger-strong"),
    ("on-hero", "hero"),
    ("on-hero", "hero-end"),
    ("hero-muted", "hero"),
    ("hero-muted", "hero-end"),
)
BOUNDARY_PAIRS = (
    *(("control", surface) for surface in SURFACES),
    *(("focus", surface) for surface in SURFACES),
    *(("accent", surface) for surface in SURFACES),
    *(("accent-edge", surface) for surface in (*SURFACES, "accent-soft", "track")),
    *((f"{tone}-line", "surface") for tone in TONES),
    *((f"{tone}-line", f"{tone}-soft") for tone in TONES),
    *((f"{tone}-line", "track") for tone in TONES),
    ("muted", "track"),
    ("danger", "surface"),
)


def values(name: str) -> dict[str, str]:
    """Return the tokens a style sheet declares."""
    text = (PROJECT / f"static/css/{name}.css").read_text(encoding="utf-8")
    found = re.search(r":root \{(.*?)\n\}", text, re.DOTALL)
    assert found, name
    return dict(re.findall(r"--([\w-]+): ([^;]+);", found.group(1)))


LIGHT = values("tokens")
DARK = values("dark")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def too_low(theme: dict[str, str], pairs: tuple[tuple[str, str], ...], least: float) -> list[str]:
    return [
        f"{one} on {other}: {contrast(theme[one], theme[other]):.2f}"
        for one, other in pairs
        if contrast(theme[one], theme[other]) < least
    ]


def test_the_formula_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_colour_is_readable_on_what_it_stands_on(theme):
    assert too_low(theme, TEXT_PAIRS, 4.5) == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_boundary_that_carries_meaning_is_visible(theme):
    assert too_low(theme, BOUNDARY_PAIRS, 3.0) == []


def test_dark_renames_every_colour():
    colours = {name for name, value in LIGHT.items() if value.startswith(("#", "0 "))}
    assert colours - set(DARK) == set()
