"""Vietnamese text: what is stored, what is searched, what is sorted, what a device without diacritics gets.

Everything that a person or a partner system enters passes `normalise` once, at the door (POR-17). Sources really
send decomposed letters and invisible marks: "k\\u200eý hộ tịch" is a line of the official catalogue.
"""

from __future__ import annotations

import re
import unicodedata

# Marks that make another letter of the alphabet, against the five that only give a tone.
_LETTER_MARKS = {"\u0302": "circumflex", "\u0306": "breve", "\u031b": "horn"}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
_OTHER_MARK = "6"

# '{' and '|' stand after 'z' in byte order: ă sorts after every a…, â after every ă….
_LETTER_KEYS = {
    ("a", "breve"): "a{",
    ("a", "circumflex"): "a|",
    ("e", "circumflex"): "e{",
    ("o", "circumflex"): "o{",
    ("o", "horn"): "o|",
    ("u", "horn"): "u{",
}

_STROKED = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})  # eth is a common slip for đ
_ASCII_PUNCTUATION = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "‐": "-",
        "‑": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "×": "x",
        "₫": "d",
        "•": "-",
    }
)
_KEPT_CONTROLS = "\n\t"
_UNWANTED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})  # control, format (zero width, direction), lone surrogate
_RUN = re.compile(r"\d+|[^\d\s]+")
_SURPLUS_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\u0085]")


def normalise(text: str) -> str:
    """NFC, without invisible or control characters; line breaks are `\\n`. Idempotent.

    Rule: POR-17. NUL, which PostgreSQL refuses, and lone surrogates, which no encoding carries, go as well.
    """
    visible = _SURPLUS_BREAKS.sub("\n", text)
    if not visible.isascii() or not visible.isprintable():
        visible = "".join(
            char for char in visible if char in _KEPT_CONTROLS or unicodedata.category(char) not in _UNWANTED_CATEGORIES
        )
    return unicodedata.normalize("NFC", visible)


def normalise_line(text: str) -> str:
    """`normalise`, for a single-line field: every run of white space is one blank, none at the ends. Idempotent."""
    return " ".join(normalise(text).split())


def fold(text: str) -> str:
    """The search key: lower case, no diacritics, đ → d, blanks collapsed (domain rule 10.1). Idempotent.

    Old and new tone placement (hoà, hòa) fold alike.
    """
    return " ".join(_without_marks(_without_marks(normalise(text)).casefold()).translate(_STROKED).split())


def to_ascii(text: str) -> str:
    """Printable ASCII for SMS, QR payloads and fallback file names; what has no likeness becomes `?`.

    Line breaks and tabs become blanks.
    """
    plain = unicodedata.normalize("NFKD", normalise_line(text).translate(_ASCII_PUNCTUATION))
    plain = " ".join(_without_marks(plain).translate(_STROKED).split())
    return "".join(char if " " <= char <= "~" else "?" for char in plain)


def sort_key(text: str) -> str:
    """A stored key whose byte order is the order of a Vietnamese dictionary.

    - Alphabet: a ă â b c d đ e ê … o ô ơ … u ư v x y, with f j w z at their Latin places; digits first.
    - Syllable by syllable: within a syllable letters first, then tone: ngang, huyền, hỏi, ngã, sắc, nặng.
    - Case, punctuation and the place of the tone mark do not count; numbers sort by value ("Tổ 2" before "Tổ 10").
    """
    return "".join(_syllable_key(word) for word in _words(text))


def name_sort_key(full_name: str) -> str:
    """Sort key of a person's name: given name (last word) first, then the middle names, then the family name.

    A one-word name is its given name (domain rules 10.2, 10.3).
    """
    words = _words(full_name)
    parts = (words[-1:], words[1:-1], words[:-1][:1])
    # '!' is above the blank and below every letter: a name without middle names comes before those with
    return "!".join("".join(_syllable_key(word) for word in part) for part in parts).rstrip("!")


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if unicodedata.category(char) != "Mn"))


def _words(text: str) -> list[str]:
    """Runs of letters with their marks and runs of digits; anything else only separates them."""
    decomposed = unicodedata.normalize("NFD", normalise(text).casefold())
    spaced = "".join(char if char.isalnum() or unicodedata.category(char) == "Mn" else " " for char in decomposed)
    return _RUN.findall(spaced)


def _syllable_key(word: str) -> str:
    """Letters, a blank, tones, a blank. The blank is below every letter and tone, so a shorter word comes first."""
    if all(char.isdecimal() for char in word):
        digits = "".join(str(unicodedata.decimal(char)) for char in word).lstrip("0") or "0"
        return f"{min(len(digits), 99):02d}{digits}  "
    letters: list[str] = []
    tones: list[str] = []
    for char in word:
        if unicodedata.category(char) != "Mn":
            letters.append("d{" if char in "đð" else char)
        elif letters and (letters[-1], _LETTER_MARKS.get(char)) in _LETTER_KEYS:
            letters[-1] = _LETTER_KEYS[letters[-1], _LETTER_MARKS[char]]
        else:
            tones.append(_TONES.get(char, _OTHER_MARK))
    return f"{''.join(letters)} {''.join(tones)} "
