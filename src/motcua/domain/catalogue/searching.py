"""The catalogue as it is searched: one index a process, built anew when the catalogue has changed.

A search costs one statement by key (has anything changed?); building costs two and about two seconds for 6,000.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.db import connection

from motcua.domain.catalogue import queries
from motcua.domain.catalogue.definition import Audience, Level, OnlineLevel, ProcedureDefinition
from motcua.domain.catalogue.rules import State
from motcua.domain.catalogue.search import Entry, Index
from motcua.foundation import clock


@dataclass(frozen=True)
class Found:
    """One answer: what a result card shows. `open_services` take dossiers now; `why` is code, prefix or words."""

    code: str
    name: str
    name_en: str
    owner_name: str
    field_name: str
    levels: tuple[Level, ...]
    audience: tuple[Audience, ...]
    online_level: OnlineLevel
    state: str
    state_reason: str
    open_services: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class _Searchable:
    """An index with what its entries show, as of one generation; `stale_at`: a text comes into force then."""

    generation: int
    stale_at: datetime | None
    index: Index
    cards: dict[str, Found]

    def holds(self, generation: int) -> bool:
        return self.generation == generation and (self.stale_at is None or clock.now() < self.stale_at)


_building = threading.Lock()
_latest: _Searchable | None = None


def search(text: str, limit: int = 10) -> list[Found]:
    """The procedures that fit `text`, best first; empty where nothing does. Any text is a query, none raises."""
    searchable = _up_to_date()
    return [replace(searchable.cards[hit.code], why=hit.why) for hit in searchable.index.search(text, limit)]


def prepare() -> None:
    """Builds the index now, so that no search has to wait for it (start of a process)."""
    _up_to_date()


def forget() -> None:
    """Drops this process's copy (tests)."""
    global _latest
    _latest = None


def _up_to_date() -> _Searchable:
    global _latest
    generation = queries.generation()
    known = _latest
    if known is not None and known.holds(generation):
        return known
    with _building:  # one builder; who waited finds it built
        if _latest is None or not _latest.holds(generation):
            _latest = _build(generation)
        return _latest


_TEXTS = """
    SELECT DISTINCT ON (procedure.code) procedure.code, procedure.state, procedure.state_reason,
        text.definition - '{components,legal_basis,decision}'::text[],
        (SELECT min(later.valid_from) FROM catalogue_procedurerevision AS later
         WHERE later.procedure_id = procedure.id AND later.valid_from > %s)
    FROM catalogue_procedure AS procedure
    JOIN catalogue_procedurerevision AS text ON text.procedure_id = procedure.id AND text.valid_from <= %s
    WHERE procedure.state IN (%s, %s)
    ORDER BY procedure.code, text.number DESC
"""


def _build(generation: int) -> _Searchable:
    now = clock.now()
    services: dict[str, list[queries.CurrentService]] = {}
    for service in queries.submittable_services():
        services.setdefault(service.procedure_code, []).append(service)
    entries: list[Entry] = []
    cards: dict[str, Found] = {}
    changes: list[datetime] = []
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, [now, now, State.PUBLISHED.value, State.SUSPENDED.value])
        for code, state, reason, said, change in cursor.fetchall():
            text = msgspec.json.decode(said, type=ProcedureDefinition)
            entries.append(_entry(code, text, services.get(code, [])))
            cards[code] = _card(code, state, reason, text, services.get(code, []))
            if change is not None:
                changes.append(change)
    return _Searchable(generation, min(changes, default=None), Index(entries), cards)


def _entry(code: str, text: ProcedureDefinition, services: list[queries.CurrentService]) -> Entry:
    definitions = [service.definition for service in services]
    keywords = [*text.keywords, text.name_en]
    for definition in definitions:
        keywords += [definition.name, definition.name_en, *definition.keywords]
    context = [text.field_name, *text.life_events, *(result.name for result in text.results[:2])]
    return Entry(
        code=code,
        name=text.name,
        keywords=tuple(dict.fromkeys(filter(None, keywords))),
        context=tuple(dict.fromkeys(filter(None, context))),
        aliases=text.aliases,
        weight=_weight(text, bool(services)),
    )


def _weight(text: ProcedureDefinition, is_open: bool) -> float:
    """People mostly mean what their commune does and what can be filed now, seldom a ministry's inner affairs."""
    weight = 1.2 if is_open else 1.0
    if Level.COMMUNE in text.levels:
        weight *= 1.15
    elif text.levels == (Level.MINISTRY,):
        weight *= 0.85
    elif text.levels == (Level.OTHER,):
        weight *= 0.8
    return weight * {"SPECIFIC": 0.8, "STANDARD_INTERNAL": 0.7}.get(text.kind, 1.0)


def _card(
    code: str, state: str, reason: str, text: ProcedureDefinition, services: list[queries.CurrentService]
) -> Found:
    return Found(
        code=code,
        name=text.name,
        name_en=text.name_en,
        owner_name=text.owner_name,
        field_name=text.field_name,
        levels=text.levels,
        audience=text.audience,
        online_level=text.online_level,
        state=state,
        state_reason=reason,
        open_services=tuple(service.code for service in services),
    )
