"""Search over the catalogue in memory: exact code > code prefix > title words > keywords and everyday words.

Pure: an index is built once from entries and answers without I/O. Everything is compared folded, so a query
with, without or with half its diacritics is the same query (SEA-02).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import pairwise

from rapidfuzz import fuzz, process

from motcua.domain.catalogue.search_words import ABBREVIATIONS, ASKING, FILLERS, PHRASES
from motcua.foundation.text import fold

LONGEST_QUERY = 300
"""Characters of a query that are read; what follows cannot make it clearer."""


@dataclass(frozen=True)
class Entry:
    """A procedure as it is found. `weight` lifts what people ask for most often, 1.0 is usual."""

    code: str
    name: str
    keywords: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Hit:
    """One answer: `why` is code, prefix or words; a higher score is better within one search."""

    code: str
    score: float
    why: str


_CODE = re.compile(r"(?<![\d.])(\d)[.,\s]?(\d{3,6})(?:\.\d{2})?(?![\d])")
_WORD = re.compile(r"[a-z0-9]+")

_TITLE, _KEYWORD, _CONTEXT = 1.0, 0.8, 0.15
_PAIR = 1.6  # two words in a row say more than each alone: Vietnamese words are written in syllables
_ADDED = 1.3  # official words that a phrase adds weigh more than the everyday words they stand for
_SAID = 0.5
_LENGTH = 0.2
_LONGEST = 2.5  # a title longer than so many usual ones is not held against itself any further
_TYPO_CUTOFF = 82
_JUDGED = 40  # candidates looked at closely
_COMMON = 400  # terms of more entries than this judge candidates, and do not make them
_ENOUGH = 0.2  # share of the query's weight that an answer must cover; less is no answer


@dataclass
class _Posting:
    """Where a term occurs: entry → the strongest weight of the fields it stands in."""

    entries: dict[int, float] = field(default_factory=dict)


class Index:
    """An index over entries; building 6,000 takes about half a second, answering a few milliseconds."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Sequence[Entry] = list(entries)
        self._by_code = {entry.code: n for n, entry in enumerate(self.entries)}
        self._by_alias = {_alias(alias): n for n, entry in enumerate(self.entries) for alias in entry.aliases}
        self._titles = [fold(entry.name) for entry in self.entries]
        self._postings: dict[str, _Posting] = defaultdict(_Posting)
        for number, entry in enumerate(self.entries):
            self._add(number, self._titles[number], _TITLE)
            for keyword in entry.keywords:
                self._add(number, fold(keyword), _KEYWORD)
            for context in entry.context:
                self._add(number, fold(context), _CONTEXT)
        self._factors = list(self._length_factors())
        self._vocabulary: dict[str, list[str]] = defaultdict(list)
        for term in self._postings:
            if " " not in term and len(term) > 2:
                self._vocabulary[term[0]].append(term)
        self._idf = {term: self._rarity(len(posting.entries)) for term, posting in self._postings.items()}

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The best answers, best first; empty where nothing fits. Any text is a query; none raises."""
        asked = text[:LONGEST_QUERY]
        by_code = list(self._code_hits(asked))
        found = {hit.code for hit in by_code}
        by_words = [hit for hit in self._word_hits(asked) if hit.code not in found]
        return [*by_code, *by_words][:limit]

    def _add(self, number: int, folded: str, weight: float) -> None:
        for term in _terms(_words(folded)):
            posting = self._postings[term].entries
            posting[number] = max(weight, posting.get(number, 0.0))

    def _length_factors(self) -> Iterator[float]:
        """Longer titles meet more words by chance; what is asked for most often is lifted."""
        lengths = [max(1, len(_words(title))) for title in self._titles]
        usual = sum(lengths) / max(1, len(lengths))
        for entry, length in zip(self.entries, lengths):
            yield entry.weight / (1 - _LENGTH + _LENGTH * min(length / usual, _LONGEST))

    def _rarity(self, frequency: int) -> float:
        return math.log(1 + (len(self.entries) - frequency + 0.5) / (frequency + 0.5))

    def _code_hits(self, text: str) -> Iterator[Hit]:
        number = self._by_alias.get(_alias(text))
        if number is not None:
            yield Hit(self.entries[number].code, 2000.0, "code")
        said = {f"{first}.{rest}" for first, rest in _CODE.findall(unicodedata.normalize("NFKC", text))}
        for code in sorted(said):
            if code in self._by_code:
                yield Hit(code, 2000.0, "code")
            elif len(code) < 8:
                for known in sorted(known for known in self._by_code if known.startswith(code)):
                    yield Hit(known, 1000.0, "prefix")

    def _word_hits(self, text: str) -> list[Hit]:
        query = self._understand(fold(_CODE.sub(" ", text)))
        if all(word.isdigit() for word in query):  # figures alone name no procedure
            return []
        weighted = self._weigh(query)
        whole = sum(weight * self._rarest(term) for term, weight in weighted.items() if " " not in term)
        if not whole:
            return []
        scores = self._score(weighted)
        best = nlargest(_JUDGED, scores, key=lambda number: scores[number] * self._factors[number])
        folded = " ".join(query)
        hits = [
            Hit(self.entries[number].code, self._final(number, scores[number], folded), "words")
            for number in best
            if self._covered(number, weighted) >= _ENOUGH * whole
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.code))

    def _score(self, weighted: dict[str, float]) -> dict[int, float]:
        """The score of every candidate; rare terms first, for they say who is one."""
        scores: dict[int, float] = defaultdict(float)
        known = [(term, self._postings[term].entries) for term in weighted if term in self._postings]
        for term, entries in sorted(known, key=lambda item: len(item[1])):
            worth = self._idf[term] * weighted[term] * (_PAIR if " " in term else 1.0)
            numbers = scores.keys() & entries.keys() if scores and len(entries) > _COMMON else entries.keys()
            for number in numbers:
                scores[number] += worth * entries[number]
        return scores

    def _covered(self, number: int, weighted: dict[str, float]) -> float:
        """How much of the query's words, by weight and rarity, an entry meets."""
        words = [term for term in weighted if " " not in term and term in self._postings]
        strengths = ((term, self._postings[term].entries.get(number, 0.0)) for term in words)
        return sum(self._idf[term] * weighted[term] * min(1.0, strength * 1.3) for term, strength in strengths)

    def _understand(self, folded: str) -> dict[str, float]:
        """The words of a query in order with their weights: turns of asking gone, official words added."""
        words = [part for word in _words(folded) for part in ABBREVIATIONS.get(word, word).split()]
        added, spoken = _official(words)
        words = _without_asking(words)
        ordered: dict[str, float] = {}
        for place, word in enumerate(words):
            if word not in FILLERS or self._pairs_up(words, place):
                ordered.setdefault(word, _SAID if word in spoken else 1.0)
        for word in added:
            ordered[word] = max(_ADDED, ordered.get(word, 0.0))
        return ordered

    def _pairs_up(self, words: Sequence[str], place: int) -> bool:
        """Whether a filler is part of a word of titles, together with a neighbour that is none."""
        before, after = words[place - 1] if place else "", words[place + 1] if place + 1 < len(words) else ""
        return (after not in FILLERS and f"{words[place]} {after}" in self._postings) or (
            before not in FILLERS and f"{before} {words[place]}" in self._postings
        )

    def _weigh(self, query: dict[str, float]) -> dict[str, float]:
        """Terms of the query with their weights: words (typos mended) and pairs of neighbours."""
        words = {self._mended(word): weight for word, weight in query.items()}
        weighted = dict(words)
        spelled = list(words)
        for one, two in pairwise(spelled):
            weighted[f"{one} {two}"] = min(words[one], words[two])
        return weighted

    def _mended(self, word: str) -> str:
        if word in self._postings or len(word) < 4 or word.isdigit():
            return word
        like = self._vocabulary.get(word[0], ())  # people rarely miss the first letter
        near = process.extractOne(word, like, scorer=fuzz.ratio, score_cutoff=_TYPO_CUTOFF)
        return near[0] if near else word

    def _rarest(self, term: str) -> float:
        """An unknown word counts as a rare one: a query of words nobody uses has no answer here."""
        return self._idf.get(term, self._rarity(0))

    def _final(self, number: int, score: float, folded: str) -> float:
        likeness = fuzz.token_set_ratio(folded, self._titles[number]) / 100
        return score * self._factors[number] * (1 + 0.35 * likeness)


def _alias(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(text[:LONGEST_QUERY]))


def _words(folded: str) -> list[str]:
    return _WORD.findall(folded)


def _terms(words: Sequence[str]) -> Iterator[str]:
    yield from words
    for one, two in pairwise(words):
        yield f"{one} {two}"


_LONGEST_PHRASE = max(len(phrase.split()) for phrase in (*PHRASES, *ASKING))
_ASKING = frozenset(ASKING)


def _official(words: Sequence[str]) -> tuple[list[str], set[str]]:
    """The official words that everyday phrases stand for, longest phrases first, and the words of those phrases."""
    added: dict[str, None] = {}
    spoken: set[str] = set()
    taken: set[int] = set()
    for size in range(_LONGEST_PHRASE, 0, -1):
        for start in range(len(words) - size + 1):
            phrase = words[start : start + size]
            official = PHRASES.get(" ".join(phrase))
            if official is not None and taken.isdisjoint(range(start, start + size)):
                taken.update(range(start, start + size))
                added |= dict.fromkeys(official.split())
                spoken |= set(phrase)
    return list(added), spoken


def _without_asking(words: Sequence[str]) -> list[str]:
    """The words without turns of asking, the longest first."""
    kept = list(words)
    for size in range(min(_LONGEST_PHRASE, len(kept)), 1, -1):
        start = 0
        while start + size <= len(kept):
            if " ".join(kept[start : start + size]) in _ASKING:
                del kept[start : start + size]
            else:
                start += 1
    return kept
