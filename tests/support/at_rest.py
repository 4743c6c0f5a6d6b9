"""What must be true of a history's logs and rows once nothing is left to read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from schemas import headers
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.match import EntityVersion, Match, Support, SupportLink
from streams.resolve.core import Entity
from streams.transport.batch import Message
from tests.support.analysts import chains, entities
from tests.support.finals import refused
from tests.support.histories import TOPICS, Event
from tests.support.truths import Lineage, LinkLineage, MatchName, dormant, truth

Log = dict[tuple[str, int], list[Message]]
Rows = Mapping[bytes, bytes]
Ends = tuple[str, bytes, str, bytes]
"""Two entities, each in one content."""


class Violation(AssertionError):  # noqa: N818 - it is what the simulation looks for, not an error
    """A promise that the stages broke in one history."""


def check(
    events: Sequence[Event], log: Log, match_rows: Iterable[Rows], codec: Codec, weights: str
) -> None:
    """Look at everything, `weights` being in force at the end; raises Violation."""
    emitted = [
        Match.from_avro(codec.decode(message.value).datum)
        for partition in range(TOPICS.partitions)
        for message in log[TOPICS.match, partition]
    ]
    newest = _newest(emitted)
    _check_live(truth(events, weights) | chains(events, weights), newest)
    _check_entities(entities(events, weights), log, codec)
    _check_quiet(events, weights, newest, _ever_yes(log, codec))
    _check_quiet_chains(events, weights, newest, emitted)
    _check_monotone(emitted)
    _check_ids(emitted)
    _check_rows(match_rows, newest, codec)
    _check_refusals(events, log)


def _newest(emitted: Iterable[Match]) -> dict[str, Match]:
    """What a reader holds who keeps the highest order of each match, as sharing does."""
    newest: dict[str, Match] = {}
    for match in emitted:
        held = newest.setdefault(match.id, match)
        same = match.weights_version == held.weights_version
        # A crash before an upgrade may leave two: all is told again once the upgrade is asked for.
        if match.order == held.order and match.version != held.version and same:
            raise Violation(f"{match.sides}: two contents at order {match.order}")
        if match.order > held.order:
            newest[match.id] = match
    return newest


def _check_live(want: Mapping[MatchName, frozenset[Lineage]], newest: Mapping[str, Match]) -> None:
    """Live are exactly the matches of the final records; who takes over from one moved is live."""
    live = {match.id: match for match in newest.values() if match.status == "live"}
    got = {_name(match): frozenset(_lineages(match.supports)) for match in live.values()}
    if got != want:
        lost = sorted(name for name in want if name not in got)
        other = sorted(name for name in want if name in got and got[name] != want[name])
        ghosts = sorted(name for name in got if name not in want)
        raise Violation(f"lost {lost} other supports {other} ghosts {ghosts}")
    for match in newest.values():
        if match.status == "moved" and match.successor not in live:
            raise Violation(f"{match.sides} moved to a match that is not live")


def _check_entities(want: Mapping[str, Entity], log: Log, codec: Codec) -> None:
    """A reader who keeps the highest order of each entity knows exactly those of the end."""
    newest: dict[str, Any] = {}
    for partition in range(TOPICS.partitions):
        for message in log[TOPICS.entity, partition]:
            told = codec.decode(message.value).datum
            held = newest.setdefault(told["id"], told)
            if told["order"] == held["order"] and told != held:
                raise Violation(f"entity {told['id']}: two contents at order {told['order']}")
            if told["order"] > held["order"]:
                newest[told["id"]] = told
    got = {
        name: Entity(tuple(told["members"]), tuple(told["ambiguous"]))
        for name, told in newest.items()
        if told["members"]
    }
    if got != want:
        raise Violation(f"entities {got} instead of {want}")


def _check_quiet(
    events: Sequence[Event],
    weights: str,
    newest: Mapping[str, Match],
    ever_yes: AbstractSet[Ends],
) -> None:
    """Quiet is what only a split key parts, and all of it of which a yes was ever said.

    A pair of sides that was left hears of it too: its notices may not have been handed over yet.
    A support of several links is quiet where one of them is.
    """
    want = dormant(events, weights)
    parted = {_ends(link) for each in want.values() for lineage in each for link in lineage.links}
    for match in newest.values():
        got = frozenset(_lineages(match.quiet))
        must = set()
        if got or match.family == "identity":
            may = want.get(_name(match), frozenset())
            must = {each for each in may if set(map(_ends, each.links)) <= ever_yes}
        if not must <= got or any(parted.isdisjoint(map(_ends, each.links)) for each in got):
            raise Violation(f"{match.sides}: quiet {sorted(got)}, must {sorted(must)}")


def _check_quiet_chains(
    events: Sequence[Event], weights: str, newest: Mapping[str, Match], emitted: Sequence[Match]
) -> None:
    """A chain that was told stands quietly, once only a split key parts the ends of a hop."""
    told: dict[str, set[Lineage]] = defaultdict(set)
    for match in emitted:
        if match.family == "network":
            told[match.id] |= set(_lineages(match.supports))
    quiet = chains(events, weights, quiet=True)
    for match in newest.values():
        if match.id in told and (match.supports or match.quiet):
            must = quiet.get(_name(match), frozenset()) & told[match.id]
            if not must <= set(_lineages(match.quiet)):
                raise Violation(f"{match.sides}: {sorted(must)} of chains is not quiet but gone")
        elif match.id in told:
            names = {name: lineages & told[match.id] for name, lineages in quiet.items()}
            if any(told_ for (_, sides, _), told_ in names.items() if sides == match.sides):
                raise Violation(f"{match.sides}: a chain that was told is gone, not quiet")


def _ends(link: LinkLineage) -> Ends:
    return link.left, link.left_digest, link.right, link.right_digest


def _ever_yes(log: Log, codec: Codec) -> set[Ends]:
    """Every two entities, as they were, of which somebody has ever said yes."""
    found = set()
    for partition in range(TOPICS.partitions):
        for message in log[TOPICS.link, partition]:
            for verdict in codec.decode(message.value).datum["verdicts"]:
                if verdict["verdict"] == "yes":
                    left, right = map(EntityVersion.from_avro, (verdict["left"], verdict["right"]))
                    found.add((left.reference, left.digest, right.reference, right.digest))
    return found


def _name(match: Match) -> MatchName:
    if match.family == "identity":
        return match.family, match.sides, ()
    if match.family == "network":
        first, second = (*match.supports, *match.quiet)[0].links
        same = first.right.reference == second.left.reference
        return match.family, match.sides, ("entity" if same else "record",)
    records = {record for each in (*match.supports, *match.quiet) for record in each.records}
    return match.family, match.sides, tuple(sorted(records))


def _lineages(supports: Iterable[Support]) -> Iterable[Lineage]:
    for each in supports:
        yield Lineage(each.match_class, frozenset(map(_link, each.links)))


def _link(link: SupportLink) -> LinkLineage:
    one, other = sorted((end.version.reference, end.version.digest, end.side) for end in link.ends)
    return LinkLineage(*one, *other)


def _check_monotone(emitted: Iterable[Match]) -> None:
    """Replays aside, what is said of a match under one weights version only grows in order."""
    orders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for match in emitted:
        seen = orders[match.id, match.weights_version]
        if match.order not in seen:
            if seen and match.order < seen[-1]:
                raise Violation(f"{match.sides}: order {match.order} after {seen[-1]}")
            seen.append(match.order)


def _check_ids(emitted: Iterable[Match]) -> None:
    ids: dict[MatchName, str] = {}
    names: dict[str, MatchName] = {}
    for match in emitted:
        if match.status == "live":
            name = _name(match)
            if ids.setdefault(name, match.id) != match.id:
                raise Violation(f"{name} has two ids")
            if names.setdefault(match.id, name) != name:
                raise Violation(f"{match.id} is the id of two matches")


def _check_rows(match_rows: Iterable[Rows], newest: Mapping[str, Match], codec: Codec) -> None:
    """No link stays undecided; durable rows and readers agree on every match."""
    kept = {}
    for rows in match_rows:
        for key, value in rows.items():
            if key == b"weights" or key.startswith(b"chain"):
                continue
            if key.startswith(b"link"):
                datum = codec.decode(value).datum
                kinds = {verdict["verdict"] for verdict in datum["verdicts"]}
                if "yes" in kinds and len(kinds) > 1:
                    raise Violation(f"undecided: {key!r} {sorted(kinds)}")
            else:
                kept[key.decode().split("\x00")[-1]] = value.decode().split("\x00")[0]
    if kept != {match.id: match.version for match in newest.values()}:
        raise Violation("rows and readers differ")


def _check_refusals(events: Sequence[Event], log: Log) -> None:
    """Each event that lost a version conflict is in quarantine, by position; nothing else is."""
    found = set()
    for partition in range(TOPICS.partitions):
        for message in log[TOPICS.quarantine, partition]:
            facts = dict(message.headers)
            if facts[headers.REASON].decode() != Reason.VERSION_CONFLICT or message.value:
                raise Violation(f"quarantined: {facts[headers.REASON]!r}")
            found.add(facts[headers.ORIGIN].decode())
    must, may = refused(events)
    if not must <= found <= may:
        raise Violation(f"refused {sorted(found)}, must {sorted(must)}, may {sorted(may)}")
