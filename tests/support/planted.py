"""Bugs planted in the real stages, one small seam each: the simulation must catch every one.

The first seven are those of the executable model that concern these stages; the others are traps
met while building them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from schemas.chain import Chain
from schemas.link import Verdict
from schemas.match import SupportLink
from schemas.record import EntityPosting, Rank
from schemas.topics import VERDICT_SCHEMA, partition_of_key
from streams.correlate import core as correlate
from streams.dedupe import core as dedupe
from streams.match import core as match
from streams.match import supports
from streams.match.agent import MatchStage
from streams.match.verdicts import Link, Verdicts, versions_of
from streams.network.agent import NetworkStage
from streams.transport.batch import Batch, Message

STATE_FIRST: Final = "state_first"
"""Planted in the driver: it makes state durable before outputs."""

_destinations = dedupe.destinations
_judge = dedupe.judge
_follow = dedupe._follow
_place = correlate.Table.place
_home = correlate.Table.home
_process = MatchStage.process
_apart = supports._apart
_changed = NetworkStage._changed


def _drop_prev(current: dedupe.Keys, previous: dedupe.Keys, partitions: int) -> set[int]:
    del previous
    return _destinations(current, (), partitions)


def _delta_postings(current: dedupe.Keys, previous: dedupe.Keys, partitions: int) -> set[int]:
    return _destinations(tuple(set(current) ^ set(previous)), (), partitions)


def _stale_wins(state: dedupe.RecordState | None, rank: Rank, origin: str) -> dedupe.Judgement:
    judgement = _judge(state, rank, origin)
    return dedupe.Judgement.NEWER if judgement is dedupe.Judgement.STALE else judgement


def _arrival_wins(state: dedupe.RecordState | None, rank: Rank, origin: str) -> dedupe.Judgement:
    judgement = _judge(state, rank, origin)
    return dedupe.Judgement.WINNER if judgement is dedupe.Judgement.LOSER else judgement


def _side_forgotten(state: object, sides: Sequence[str]) -> tuple[str, ...]:
    del state, sides
    return ()


def _same_reposting(*given: Any) -> dedupe.RecordState:
    return replace(_follow(*given), reposting=0)


def _first_publishing(state: dedupe.RecordState, rank: Rank, origin: str) -> dedupe.RecordState:
    del rank
    return replace(state, origins=(*state.origins, origin))


def _handover_removes(table: correlate.Table[Any], common: frozenset[int]) -> correlate.Home:
    home = _home(table, common)
    return correlate.Home.NOWHERE if home is correlate.Home.ELSEWHERE else home


def _no_marker(
    table: correlate.Table[Any], head: correlate.Head, posted: EntityPosting
) -> correlate.Row[Any] | None:
    row = _place(table, head, posted)
    if row is None:
        return None
    here = [k for k in row.keys if partition_of_key(k, table._partitions) == table._partition]
    if here:
        return row
    del table.rows[row.reference]
    for key in row.held:
        table._holders[key].remove(row)
    return None


def _last_heard(verdicts: Verdicts, heard: Verdict) -> Verdicts:
    del verdicts
    return {versions_of(heard): heard}


def _net_change(stage: MatchStage, messages: Sequence[Message], batch: Batch) -> None:
    """Tell of a batch what changed from its beginning to its end."""
    decoded = (stage._codec.decode(m.value).datum["verdicts"] for m in messages)
    whole = {"verdicts": [verdict for verdicts in decoded for verdict in verdicts]}
    value = stage._codec.encode(VERDICT_SCHEMA, whole)
    _process(stage, [replace(messages[-1], value=value)], batch)


def _one_subject_twice(one: SupportLink, other: SupportLink, linked: AbstractSet[Link]) -> bool:
    del linked
    return _apart(one, other, frozenset())


def _gone_untold(stage: NetworkStage, record: str, batch: Batch) -> Iterator[Chain]:
    return (chain for chain in _changed(stage, record, batch) if chain.supports)


def _patched(
    target: object, name: str, planted: object
) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def plant() -> Iterator[None]:
        with patch.object(target, name, planted):
            yield

    return plant


BUGS: Final[Mapping[str, Callable[[], AbstractContextManager[None]]]] = {
    STATE_FIRST: nullcontext,
    "handover_removes": _patched(correlate.Table, "home", _handover_removes),
    "no_marker": _patched(correlate.Table, "place", _no_marker),
    "drop_prev": _patched(dedupe, "destinations", _drop_prev),
    "stale_wins": _patched(dedupe, "judge", _stale_wins),
    "delta_postings": _patched(dedupe, "destinations", _delta_postings),
    "side_forgotten": _patched(dedupe, "former_sides", _side_forgotten),
    "arrival_wins": _patched(dedupe, "judge", _arrival_wins),
    "same_reposting": _patched(dedupe, "_follow", _same_reposting),
    "first_publishing": _patched(dedupe, "_repeated", _first_publishing),
    "no_withheld": _patched(correlate, "FIRST", (99, 0)),
    "last_heard": _patched(match, "undominated", _last_heard),
    "net_change": _patched(MatchStage, "process", _net_change),
    "one_subject_twice": _patched(supports, "_apart", _one_subject_twice),
    "chain_stays": _patched(NetworkStage, "_changed", _gone_untold),
    "chain_beside_link": _patched(match.PairOfSides, "_linked", property(lambda _pair: set())),
    "old_weights_stay": _patched(MatchStage, "_reassess", lambda *_: None),
    "not_told_again": _patched(match.PairOfSides, "forget", lambda *_: None),
}
