"""Requests made up for comparing two documents: words that either speaks of, and some beside them.

Deterministic by seed. Moments lie on both sides of every date that either document names.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from consumers.sharing.compiler import seconds_of
from consumers.sharing.documents import Agreement, Bar, Clause, Document, Statute
from consumers.sharing.request import NEVER, Request
from consumers.sharing.vocabulary import (
    ANSWERS,
    BANDS,
    CAVEATS,
    CRIME_TYPES,
    DUTIES,
    GRADES,
    HANDLINGS,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    ORIGINS,
    PURPOSES,
    RECIPIENT_KINDS,
    ROLES,
    UNLIMITED,
    Words,
    calendar,
    months,
)
from schemas.record import from_microseconds

_KINDS: Final = RECIPIENT_KINDS.words[:6]
_LISTED: Final = RECIPIENT_KINDS.words[6:]
_DAY_SECONDS: Final = 86_400
_NEAR: Final = 0.85
_ANY_MOMENT: Final = 1_800_000_000


def questions(documents: Sequence[Document], count: int, seed: int = 0) -> Iterator[Request]:
    """Yield `count` requests for comparing documents, most of them near one of their clauses."""
    random = Random(seed)  # noqa: S311 - the same questions every time, no secret
    agreements = [each for each in documents if isinstance(each, Agreement)]
    clauses = [(each, clause) for each in agreements for clause in each.clauses]
    bars = [bar for each in documents if isinstance(each, Statute) for bar in each.bars]
    for _ in range(count):
        if clauses:
            yield _near(random, *random.choice(clauses))
        else:
            yield _marked(random, random.choice(bars))


def _near(random: Random, agreement: Agreement, clause: Clause) -> Request:
    """Return a request that a clause is about, but for some of its words."""
    owner, recipient = random.choice(agreement.directions)
    now = random.choice(sorted(_moments(agreement))) + random.choice((-1, 0, _DAY_SECONDS))
    office = random.choice([*clause.offices, f"{recipient}/any"])
    us_person = random.choice((ANSWERS.unknown, *map(ANSWERS.bit, ANSWERS.words)))
    return _blank(now)._replace(
        owner=owner,
        recipient=recipient,
        office=office,
        office_class=_one(random, OFFICE_CLASSES, clause.office_classes),
        duties=_one(random, DUTIES, clause.duties) if random.random() < _NEAR else 0,
        purpose=_one(random, PURPOSES, clause.purposes),
        crimes=_one(random, CRIME_TYPES, clause.crime_types),
        entity=_one(random, KINDS, clause.entities),
        role=_one(random, ROLES, clause.roles),
        us_person=us_person,
        match_class=_one(random, MATCH_CLASS_WORDS, clause.match_classes),
        informed=calendar(from_microseconds(now * 1_000_000).date())
        - months(random.choice((0, 7, 13, 25, 61))),
    )


def _marked(random: Random, bar: Bar) -> Request:
    """Return a request about a record that a bar is about, but for some of its words."""
    blank = _blank(_ANY_MOMENT)
    return blank._replace(
        kind=RECIPIENT_KINDS.bit(random.choice(_KINDS))
        | RECIPIENT_KINDS.mask(word for word in _LISTED if random.random() > _NEAR),
        office_class=_one(random, OFFICE_CLASSES, ()),
        duties=_one(random, DUTIES, ()),
        purpose=_one(random, PURPOSES, ()),
        caveats=_one(random, CAVEATS, bar.caveats) if bar.caveats else 0,
        origin=_one(random, ORIGINS, ()) if bar.originator else ORIGINS.bit("own"),
        handling=_one(random, HANDLINGS, bar.handling or ("H0",)),
        match_class=_one(random, MATCH_CLASS_WORDS, bar.match_classes),
        band=_one(random, BANDS, bar.bands or ("confirmed",)),
        grades=_one(random, GRADES, bar.grades or ("B2",)),
        validated=blank.today - months(72) if bar.unvalidated_months else UNLIMITED,
    )


def _blank(now: int) -> Request:
    """Return a request at a moment about a record that nothing is marked on."""
    today = calendar(from_microseconds(now * 1_000_000).date())
    return Request(
        owner="",
        recipient="",
        office="",
        nation="",
        kind=RECIPIENT_KINDS.bit("federal_law_enforcement"),
        office_class=OFFICE_CLASSES.bit("enforcement"),
        duties=0,
        purpose=PURPOSES.bit("criminal_investigation"),
        crimes=CRIME_TYPES.bit("export_control"),
        caveats=0,
        origin=ORIGINS.bit("own"),
        handling=HANDLINGS.bit("H0"),
        entity=0,
        role=0,
        us_person=ANSWERS.unknown,
        match_class=MATCH_CLASS_WORDS.bit("target"),
        band=BANDS.bit("confirmed"),
        grades=GRADES.bit("B2"),
        validated=UNLIMITED,
        informed=today,
        imminence=NEVER,
        today=today,
        now=now,
    )


def in_words(request: Request) -> str:
    """Return a request as a reader of agreements would put it."""
    entity = KINDS.of(request.entity) or ("the match",)
    recipient = request.recipient or "/".join(RECIPIENT_KINDS.of(request.kind))
    said = [
        f"{request.owner or 'an owner'} to {recipient}",
        f"{'/'.join(OFFICE_CLASSES.of(request.office_class))} office",
        f"for {'/'.join(PURPOSES.of(request.purpose))}",
        f"on {'/'.join(CRIME_TYPES.of(request.crimes))}",
        f"{'/'.join(MATCH_CLASS_WORDS.of(request.match_class))} match",
        f"{entity[0]} as {'/'.join(ROLES.of(request.role)) or 'none'}",
        f"at {from_microseconds(request.now * 1_000_000):%Y-%m-%d %H:%M:%S} UTC",
    ]
    caveats = CAVEATS.of(request.caveats)
    return ", ".join([*said, *([f"marked {', '.join(caveats)}"] if caveats else [])])


def _one(random: Random, words: Words, said: Sequence[str]) -> int:
    """Return the bit of a word that is said, most of the time, or of any."""
    near = bool(said) and random.random() < _NEAR
    return words.bit(random.choice(said if near else words.words))


def _moments(agreement: Agreement) -> Iterator[int]:
    yield seconds_of(agreement.start)
    if agreement.end is not None:
        yield seconds_of(agreement.end)
    for each in agreement.suspensions:
        yield seconds_of(each.start)
        if each.end is not None:
            yield seconds_of(each.end)
