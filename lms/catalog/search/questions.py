"""What someone types into the search field, taken apart. Any text is a question, none an error."""

import re
from dataclasses import dataclass

from lms.catalog.search.words import FUNCTION_WORDS, stem, words

LONGEST = 200  # characters that are read
MOST_WORDS = 12
QUOTES = re.compile('["«»„“”]')


@dataclass(frozen=True)
class Part:
    """A word, or several that must follow one another. Folded."""

    words: tuple[str, ...]

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of the words."""
        return tuple(stem(word) for word in self.words)

    @property
    def is_phrase(self) -> bool:
        """Whether it was put between quotes and has several words."""
        return len(self.words) > 1


@dataclass(frozen=True)
class Question:
    """The words and phrases to look for; none for a text without words."""

    parts: tuple[Part, ...]
    is_cut: bool = False  # there was more than is looked for

    @property
    def stems(self) -> tuple[str, ...]:
        """All stems, those of phrases too."""
        return tuple(one for part in self.parts for one in part.stems)


def read_question(text: str) -> Question:
    """Return the question in ``text``: words, and phrases between quotes.

    Operators of search languages have no meaning here. Words like 'where' and 'is' count only when
    there are no others. At most 12 words of the first 200 characters count.
    """
    parts: list[Part] = []
    left = MOST_WORDS
    is_cut = len(text) > LONGEST
    for place, piece in enumerate(QUOTES.split(text[:LONGEST])):
        found = words(piece)
        is_cut = is_cut or len(found) > left
        found = found[:left]
        left -= len(found)
        if place % 2 and found:
            parts.append(Part(tuple(found)))
        else:
            parts += [Part((word,)) for word in found]
    telling = [part for part in parts if part.is_phrase or part.words[0] not in FUNCTION_WORDS]
    return Question(tuple(dict.fromkeys(telling or parts)), is_cut)
