"""README and the guides beside the code: what they link to is there."""

import re
from pathlib import Path

from tests.architecture.sources import PROJECT

GUIDES = [
    PROJECT / "README.md",
    PROJECT / "courses/README.md",
    *sorted(PROJECT.glob("lms/*/README.md")),
]


def anchors(guide: Path) -> set[str]:
    """The anchors that the headings of a page have, as GitHub and GitLab make them."""
    headings = re.findall(r"(?m)^#+ (.+)$", guide.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def test_links_lead_somewhere() -> None:
    broken = []
    for guide in GUIDES:
        prose = re.sub(r"`[^`\n]+`", "", guide.read_text("utf-8"))
        for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", prose):
            path, _, anchor = link.partition("#")
            target = guide.parent / path if path else guide
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{guide.relative_to(PROJECT)}: {link}")
    assert broken == []


def test_the_readme_leads_to_each_guide() -> None:
    readme = GUIDES[0].read_text("utf-8")
    unseen = [
        path for guide in GUIDES[1:] if (path := str(guide.relative_to(PROJECT))) not in readme
    ]
    assert unseen == []
