"""Record versions (design section 2): one record's arrivals folded into the version in force.

The fold is a pure function of the record's log up to here, never of how that log was cut into
batches: a replay after a crash repeats the same postings under the same posting versions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple

from schemas.record import KeyFact, Posting, Rank, RecordPostings
from streams.dedupe.postings import listed, post
from streams.dedupe.state import RecordState, entity_of

MAX_ORIGINS: Final = 8
"""Positions remembered of one content; a source that repeats it for ever must not grow a row."""


class Judgement(StrEnum):
    """What an arriving version is to the version in force."""

    NEWER = "newer"
    WINNER = "winner"
    """Same version, other content, higher rank: it takes over, the other is refused."""
    LOSER = "loser"
    STALE = "stale"
    DUPLICATE = "duplicate"
    REPLAY = "replay"
    INFORMED = "informed"
    """No version, but news of a key: the version in force is posted again."""


class Refusal(NamedTuple):
    """One event that lost a version conflict, named by position and content digest only."""

    origin: str
    digest: bytes
    owner: str


class Settlement(NamedTuple):
    """What follows from one arrival."""

    judgement: Judgement
    state: RecordState | None
    """None: unchanged."""
    postings: Mapping[int, Posting]
    """By destination partition."""
    refusals: tuple[Refusal, ...] = ()


def settle(
    state: RecordState | None, record: RecordPostings, origin: str, partitions: int
) -> Settlement:
    """Fold one arrival, found at agency position `origin`, into the state of its record."""
    header = record["header"]
    rank = (header["version"], header["published_at_us"], header["digest"])
    judgement = judge(state, rank, origin)
    if state is None or judgement in (Judgement.NEWER, Judgement.WINNER):
        following = _follow(state, record, rank, origin)
        refusals = _refused(state) if state and judgement is Judgement.WINNER else ()
        return Settlement(judgement, *post(state, following, partitions), refusals)
    if judgement is Judgement.DUPLICATE:
        return Settlement(judgement, _repeated(state, rank, origin), {})
    refusals = ()
    if judgement is Judgement.LOSER:
        refusals = (Refusal(origin, rank[2], header["owner"]),)
    return Settlement(judgement, None, {}, refusals)


def inform(state: RecordState | None, told: KeyFact, partitions: int) -> Settlement:
    """Fold what the owner of some keys says into the state: the record is posted under new lists.

    INVARIANT: a newer generation is answered by a re-posting even where the list stays: while a key
    was split its owner paired nobody at it. What is said of a key at which the record isn't listed
    is forgotten: once it is listed there again, its posting shows what it doesn't know.
    """
    newer = news(state, told) if state else {}
    if state is None or not newer:
        return Settlement(Judgement.STALE, None, {})
    following = replace(
        state,
        reposting=state.reposting + 1,
        facts={**state.facts, **newer},
        published_ms=told["published_ms"],
    )
    return Settlement(Judgement.INFORMED, *post(state, following, partitions))


def news(state: RecordState, told: KeyFact) -> dict[int, int]:
    """Return the generations that the record did not know, of keys at which it is listed."""
    keys = listed(state)
    return {
        fact["key"]: fact["generation"]
        for fact in told["facts"]
        if fact["key"] in keys and fact["generation"] > state.facts.get(fact["key"], 0)
    }


def judge(state: RecordState | None, rank: Rank, origin: str) -> Judgement:
    """Compare an arrival with the version in force."""
    if state is None or rank[0] > state.rank[0]:
        return Judgement.NEWER
    if rank[0] < state.rank[0]:
        return Judgement.STALE
    if rank[2] == state.rank[2]:
        # INVARIANT: the outputs of what stands in durable state were acknowledged before it.
        return Judgement.REPLAY if origin in state.origins else Judgement.DUPLICATE
    return Judgement.WINNER if rank > state.rank else Judgement.LOSER


def former_sides(state: RecordState | None, sides: Sequence[str]) -> tuple[str, ...]:
    """Every side the record was ever posted on and has left, the latest first."""
    if state is None:
        return ()
    known = dict.fromkeys((*state.sides, *state.former_sides))
    return tuple(side for side in known if side not in sides)


def former_owners(state: RecordState | None, owner: str) -> tuple[str, ...]:
    """Every owner the record was ever posted under and has left, the latest first."""
    if state is None:
        return ()
    known = dict.fromkeys((state.owner, *state.former_owners))
    return tuple(each for each in known if each != owner)


def _follow(
    state: RecordState | None, record: RecordPostings, rank: Rank, origin: str
) -> RecordState:
    """State once the arrival is in force; a posting version is (version, re-postings in it)."""
    header = record["header"]
    again = state is not None and state.rank[0] == rank[0]
    return RecordState(
        record=header["record"],
        rank=rank,
        reposting=state.reposting + 1 if state and again else 0,
        owner=header["owner"],
        origins=(origin,),
        sides=tuple(header["sides"]),
        former_sides=former_sides(state, header["sides"]),
        former_owners=former_owners(state, header["owner"]),
        published_ms=header["published_ms"],
        occurred_at_us=header.get("occurred_at_us", 0),
        changed=state is not None,
        entities={e["entity"]: entity_of(e) for e in record["entities"] if e["keys"]},
        facts=state.facts if state else {},
    )


def _repeated(state: RecordState, rank: Rank, origin: str) -> RecordState:
    """State after the same content came again, elsewhere.

    The later publishing time counts: else which of two conflicting contents wins would depend on
    which of the repeats came first.
    """
    return replace(
        state,
        rank=max(rank, state.rank),
        origins=(*state.origins, origin)[:MAX_ORIGINS],
    )


def _refused(state: RecordState) -> tuple[Refusal, ...]:
    return tuple(Refusal(origin, state.rank[2], state.owner) for origin in state.origins)
