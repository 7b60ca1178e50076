"""Words as search compares them: case, ё/е and stress marks aside, cut to their stems."""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[^\W_]+")
CYRILLIC = re.compile("[а-я]")
INVISIBLE = re.compile("[\u00ad\u0301\u200b\ufeff]")  # soft hyphen, stress mark, zero width
LONGEST = 60  # characters of a word that count; PostgreSQL refuses words of 2 kB

_stemmers = {"ru": snowballstemmer.stemmer("russian"), "en": snowballstemmer.stemmer("english")}
_lock = threading.Lock()  # a stemmer keeps the word it works on

# Words that say nothing about the place one looks for; a question made of them alone keeps them.
FUNCTION_WORDS = frozenset(
    "a an and are as at be by can do does for from how i if in is it my not of on or our should "
    "that the their there they this to was we what when where which who why will with you your "
    "а без бы был была были было в вас во вот вы где для до ее если есть еще же за и из или им "
    "их к как какая какие какой ко когда кто ли мне можно мой мы на надо нам нас не него нее "
    "нет ни но ну о об он она они от по под при про с со так такое там те то того тот ту ты у "
    "уж что чтобы это этот я".split()
)


def readable(text: str) -> str:
    """Return ``text`` composed, without marks inside words that nobody types."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def folded(word: str) -> str:
    """Return one word as it is compared, possibly empty."""
    plain = unicodedata.normalize("NFKC", word).casefold().replace("ё", "е")
    return "".join(letter for letter in plain if letter.isalnum())[:LONGEST]


def words(text: str) -> list[str]:
    """Return the folded words of ``text`` in order."""
    return [word for found in WORD.findall(readable(text)) if (word := folded(found))]


# Forms that the stemmer takes for other words, and what they are forms of; -ъем stands for itself.
IRREGULAR = {"заем": "заема", "наем": "наема", "окон": "окна", "писем": "письма", "прием": "приема"}
FLEETING = re.compile("[бвгдзклмнпрстфхц]ок|[жчш]ек")
LASTING = ("игрок", "исток", "поток", "порог", "порок", "приток", "пророк", "знаток", "восток")


def regular(word: str) -> str:
    """Return a form of a folded word that the stemmer understands; most are left as they are.

    It takes «приём» and «объём» for verbs, and «справок» (of «справка») for another word.
    """
    if word.endswith("ъем"):
        return f"{word}а"
    if len(word) >= 5 and FLEETING.fullmatch(word[-3:]) and not word.endswith(LASTING):
        return f"{word[:-2]}ка"
    return IRREGULAR.get(word, word)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a folded word, by the script it is written in."""
    word = regular(word)
    language = "ru" if CYRILLIC.search(word) else "en"
    with _lock:
        return str(_stemmers[language].stemWord(word)) or word


def stems(text: str) -> str:
    """Return the stems of all words of ``text``, separated by spaces."""
    return " ".join(stem(word) for word in words(text))
