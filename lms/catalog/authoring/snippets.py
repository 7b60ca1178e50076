"""Beginnings of blocks that the editor's buttons insert, in the language of the text."""

from typing import Any

from flask_babel import lazy_gettext as _l

CARET = "|||"

WORDS = {
    "ru": {
        "heading": "Заголовок",
        "title": "Заголовок врезки",
        "text": "Текст врезки.",
        "question": "Вопрос?",
        "right": "Верный ответ",
        "wrong": "Неверный ответ",
        "why": "Почему.",
        "alt": "Что показывает рисунок, целым предложением.",
        "caption": "Подпись",
        "column": "Столбец",
        "cell": "Ячейка",
    },
    "en": {
        "heading": "Heading",
        "title": "Title of the call-out",
        "text": "Text of the call-out.",
        "question": "Question?",
        "right": "The right answer",
        "wrong": "A wrong answer",
        "why": "Why.",
        "alt": "What the figure shows, a whole sentence.",
        "caption": "Caption",
        "column": "Column",
        "cell": "Cell",
    },
}


def snippets(language: str) -> list[tuple[Any, str, str]]:
    """Return (label, icon, text) of each button; CARET marks where the selection goes."""
    word, caret = WORDS[language], CARET
    question = (
        f"::: check my-question\n{word['question']}{caret}\n\n"
        f"- [x] {word['right']}\n  > {word['why']}\n- [ ] {word['wrong']}\n  > {word['why']}\n:::\n"
    )
    table = f"| {word['column']} 1 | {word['column']} 2 |\n|---|---|\n| {word['cell']}{caret} | |\n"
    return [
        (_l("Heading"), "sort-descending", f"## {word['heading']}{caret}\n"),
        (_l("Call-out"), "bulb", f"::: tip {word['title']}\n{word['text']}{caret}\n:::\n"),
        (_l("Self-check"), "help-circle", question),
        (_l("Table"), "table", table),
        (_l("Figure"), "photo", f'![{word["alt"]}{caret}](figures/name.svg "{word["caption"]}")\n'),
        (_l("Citation"), "book-2", f"[@{caret}]"),
    ]
