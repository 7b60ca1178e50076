"""Search over lessons: 'where was that?'.

Each published lesson is cut at its headings into passages; a passage is found by its words in any
form (Russian and English stems; case and ё/е aside) and leads to its heading. SQLite searches with
FTS5, which knows no Russian stems, so stems are stored; PostgreSQL with its own text search. Both
stand behind ``engines.base.Engine``. The index follows publication in the same transaction and
holds nothing that the courses don't: ``lms courses reindex`` makes it anew.
"""
