"""Bugs planted in the real stages, one small seam each: the simulation must catch every one.

The first seven, and `count_current`, are those of the executable model; the others are traps met.
One module, over 250 lines: the list of all seams that histories are held against.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from schemas.blocking import is_split
from schemas.chain import Chain, Edge
from schemas.link import Verdict
from schemas.match import SupportLink
from schemas.record import KeyFact, PostedEntity, Posting, Rank
from schemas.topics import VERDICT_SCHEMA
from streams.correlate import agent
from streams.correlate import core as correlate
from streams.correlate.crowds import Crowd, Crowds
from streams.correlate.posted import Head, Row, head_of
from streams.dedupe import core as dedupe
from streams.dedupe import postings
from streams.dedupe.state import RecordState
from streams.lists import Lists, key_lists
from streams.match import core as match
from streams.match import supports
from streams.match.agent import MatchStage
from streams.match.verdicts import Link, Verdicts, Versions, versions_of
from streams.network.agent import NetworkStage
from streams.transport.batch import Batch, Message

STATE_FIRST: Final = "state_first"
"""Planted in the driver: it makes state durable before outputs."""
_destinations = postings.destinations
_judge = dedupe.judge
_follow = dedupe._follow
_inform = dedupe.inform
_post = postings.post
_address = correlate.address
_tell = Crowds._tell
_settle = Crowds._settle
_restore = correlate.Table.restore
_place = correlate.Table.place
_home = correlate.Table.home
_process = MatchStage.process
_apart = supports._apart
_changed = NetworkStage._changed
_edge = match.PairOfSides.edge


def _drop_prev(listed: Iterable[int], stood: Iterable[int], partitions: int) -> set[int]:
    del stood
    return _destinations(listed, (), partitions)


def _delta_postings(listed: Iterable[int], stood: Iterable[int], partitions: int) -> set[int]:
    return _destinations(listed, (), partitions) ^ set(stood)


def _stale_wins(state: RecordState | None, rank: Rank, origin: str) -> dedupe.Judgement:
    judgement = _judge(state, rank, origin)
    return dedupe.Judgement.NEWER if judgement is dedupe.Judgement.STALE else judgement


def _arrival_wins(state: RecordState | None, rank: Rank, origin: str) -> dedupe.Judgement:
    judgement = _judge(state, rank, origin)
    return dedupe.Judgement.WINNER if judgement is dedupe.Judgement.LOSER else judgement


def _side_forgotten(state: object, sides: Sequence[str]) -> tuple[str, ...]:
    del state, sides
    return ()


def _same_reposting(*given: Any) -> RecordState:
    return replace(_follow(*given), reposting=0)


def _first_publishing(state: RecordState, rank: Rank, origin: str) -> RecordState:
    del rank
    return replace(state, origins=(*state.origins, origin))


def _handover_removes(table: correlate.Table[Any], common: frozenset[int]) -> correlate.Home:
    home = _home(table, common)
    return correlate.Home.NOWHERE if home is correlate.Home.ELSEWHERE else home


def _no_marker(table: correlate.Table[Any], head: Head, posted: PostedEntity) -> Row[Any] | None:
    row = _place(table, head, posted)
    if row is None:
        return None
    if table._here(row.keys):
        return row
    del table.rows[row.reference]
    table.crowds.leave(row, table._here(row.listed))
    for key in row.held:
        table._holders[key].remove(row)
    return None


def _no_withheld(posting: Posting) -> Head:
    return replace(head_of(posting), changed=False)


def _ignore_generation(state: RecordState, told: KeyFact) -> dict[int, int]:
    """Believe what was heard last, and number the news itself."""
    keys = postings.listed(state)
    known = {fact["key"]: state.facts.get(fact["key"], 0) for fact in told["facts"]}
    return {
        fact["key"]: known[fact["key"]] + 1
        for fact in told["facts"]
        if fact["key"] in keys and is_split(fact["generation"]) != is_split(known[fact["key"]])
    }


def _lists(state: RecordState, name: str) -> Lists:
    entity = state.entities[name]
    return key_lists(entity.keys, entity.finer, postings._split(state))


def _new_list_only(state: RecordState | None, told: KeyFact, partitions: int) -> dedupe.Settlement:
    """Re-post to the new list, not to keys at which the record is listed or was paired before."""
    settled = _inform(state, told, partitions)
    if settled.state is None:
        return settled
    now: set[int] = set()
    for name in settled.state.entities:
        lists = _lists(settled.state, name)
        now |= _destinations(lists.current, (), partitions)
    return settled._replace(postings={p: v for p, v in settled.postings.items() if p in now})


def _same_list_unposted(
    state: RecordState | None, told: KeyFact, partitions: int
) -> dedupe.Settlement:
    settled = _inform(state, told, partitions)
    if state is None or settled.state is None:
        return settled
    for name in settled.state.entities:
        if _lists(settled.state, name) != _lists(state, name):
            return settled
    return settled._replace(postings={})


def _last_list_only(
    before: RecordState | None, state: RecordState, partitions: int
) -> postings.Posted:
    posted = _post(before, state, partitions)
    entities = {}
    for name, entity in posted.state.entities.items():
        listed = _lists(posted.state, name).listed
        stood = tuple(sorted(_destinations(listed, (), partitions)))
        entities[name] = replace(entity, stood=stood)
    return posted._replace(state=replace(posted.state, entities=entities))


def _newcomer_untold(crowds: Crowds[Any], row: Row[Any], keys: Iterable[int]) -> None:
    crowds.restore(row, keys)


def _holders_told_once(crowds: Crowds[Any], row: Row[Any], key: int, generation: int) -> None:
    """Tell of a key only who knows nothing of it."""
    if not row.generations.get(key):
        _tell(crowds, row, key, generation)


def _records_counted(crowds: Crowds[Any], key: int, crowd: Crowd[Any]) -> None:
    counted = Crowd[Any](crowd.generation)
    counted.rows, counted.signatures = crowd.rows, dict.fromkeys(map(str.encode, crowd.rows), 1)
    _settle(crowds, key, counted)
    crowd.generation = counted.generation


def _generation_forgotten(
    table: correlate.Table[Any], rows: Iterable[Row[Any]], generations: Mapping[int, int]
) -> None:
    del generations
    _restore(table, rows, {})


def _split_recalls(*given: Any, apart: bool) -> Iterator[Verdict]:
    left, right, evidence, published_ms = given
    return _address(left, right, () if apart else evidence, published_ms)


def _last_heard(verdicts: Verdicts, heard: Verdict) -> Mapping[Versions, Verdict]:
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


def _quiet_recalls(pair: match.PairOfSides, link: Link) -> Edge | None:
    edge = _edge(pair, link)
    return None if edge is None else replace(edge, quiet=())


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
    "drop_prev": _patched(postings, "destinations", _drop_prev),
    "stale_wins": _patched(dedupe, "judge", _stale_wins),
    "delta_postings": _patched(postings, "destinations", _delta_postings),
    "side_forgotten": _patched(dedupe, "former_sides", _side_forgotten),
    "arrival_wins": _patched(dedupe, "judge", _arrival_wins),
    "same_reposting": _patched(dedupe, "_follow", _same_reposting),
    "first_publishing": _patched(dedupe, "_repeated", _first_publishing),
    "no_withheld": _patched(agent, "head_of", _no_withheld),
    "last_heard": _patched(match, "undominated", _last_heard),
    "net_change": _patched(MatchStage, "process", _net_change),
    "one_subject_twice": _patched(supports, "_apart", _one_subject_twice),
    "quiet_recalls": _patched(match.PairOfSides, "edge", _quiet_recalls),
    "chain_stays": _patched(NetworkStage, "_changed", _gone_untold),
    "chain_beside_link": _patched(match.PairOfSides, "_linked", property(lambda _pair: set())),
    "old_weights_stay": _patched(MatchStage, "_reassess", lambda *_: None),
    "not_told_again": _patched(match.PairOfSides, "forget", lambda *_: None),
    "count_current": _patched(Row, "listed", property(lambda row: row.keys)),
    "records_counted": _patched(Crowds, "_settle", _records_counted),
    "ignore_generation": _patched(dedupe, "news", _ignore_generation),
    "new_list_only": _patched(dedupe, "inform", _new_list_only),
    "same_list_unposted": _patched(dedupe, "inform", _same_list_unposted),
    "last_list_only": _patched(dedupe, "post", _last_list_only),
    "newcomer_untold": _patched(Crowds, "join", _newcomer_untold),
    "holders_told_once": _patched(Crowds, "_tell", _holders_told_once),
    "generation_forgotten": _patched(correlate.Table, "restore", _generation_forgotten),
    "split_recalls": _patched(correlate, "address", _split_recalls),
}
