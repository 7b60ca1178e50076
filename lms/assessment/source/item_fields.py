"""Reading the fields of an item's entry: texts in the course's languages, rows with keys."""

from collections.abc import Collection, Mapping

from lms.assessment.kinds.values import Texts
from lms.assessment.source.checks import NO_PICTURES, text_faults
from lms.assessment.source.content import LINE_LIMIT, PROMPT_LIMIT, ROW_KEY
from lms.catalog.media.kinds import PICTURED
from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader

NO_ALTS: Mapping[str, Texts] = {}


class ItemFields:
    """Reads what items of all kinds are made of; every mistake is noted with its line."""

    def __init__(
        self,
        languages: tuple[str, ...],
        figures: Collection[str] = (),
        alts: Mapping[str, Texts] = NO_ALTS,
    ) -> None:
        self.languages = languages
        self.known_figures = figures  # paths that the folder has
        self.alts = alts  # what they show, where the course says it itself

    def figures(self, entry: MapReader, key: str) -> Texts:
        """Return the path of a figure in each language of the course."""
        paths = entry.texts(key, self.languages, limit=LINE_LIMIT)
        for path in sorted(set(paths.values()) - set(self.known_figures)):
            if path:
                entry.complain(key, Message("there is no figure '%(path)s'", path=path[:80]))
        return paths

    def texts(
        self,
        entry: MapReader,
        key: str,
        *,
        limit: int = LINE_LIMIT,
        required: bool = True,
        pictures: bool = False,
    ) -> Texts:
        """Return a Markdown text in all languages of the course, examined.

        ``pictures``: whether it may hold some.
        """
        texts = entry.texts(key, self.languages, limit=limit, required=required)
        for language, text in texts.items():
            if not pictures and PICTURED.search(text):
                entry.complain(key, NO_PICTURES)
                continue
            described = [path for path, alt in self.alts.items() if alt.get(language)]
            for message in text_faults(text, self.known_figures, described):
                entry.complain(key, message)
        return texts

    def explanation(self, entry: MapReader, *, pictures: bool = False) -> Texts:
        """Return why something is so, in all languages of the course or, if it isn't told, none."""
        return self.texts(
            entry, "explanation", limit=PROMPT_LIMIT, required=False, pictures=pictures
        )

    def rows(self, entry: MapReader, name: str, count: tuple[int, int]) -> list[MapReader]:
        """Return the entries of a list, noting when there are too few or too many."""
        fewest, most = count
        rows = entry.maps(name, required=fewest > 0)
        if rows and not fewest <= len(rows) <= most:
            entry.complain(
                name, Message("must be from %(fewest)s to %(most)s", fewest=fewest, most=most)
            )
        return rows

    @staticmethod
    def row_key(row: MapReader, seen: set[str], *, limit: int = 60) -> str:
        """Return a row's key, noting one that is none or is among ``seen``; it is added there."""
        key = row.text("key", limit=limit)
        if key and not ROW_KEY.fullmatch(key):
            row.complain("key", Message("'%(key)s' is no key: a-z, 0-9 and hyphens", key=key))
        elif key in seen:
            row.complain("key", Message("'%(key)s' stands twice", key=key))
        seen.add(key)
        return key

    @staticmethod
    def differ(entry: MapReader, key: str, texts: list[Texts]) -> None:
        """Note texts that a candidate couldn't tell apart."""
        for language in {language for text in texts for language in text}:
            shown = [text[language] for text in texts if language in text]
            for double in sorted({text for text in shown if shown.count(text) > 1}):
                entry.complain(key, Message("'%(text)s' stands twice", text=double[:80]))
