"""Which match is live, moved or retracted, and by what."""

from dataclasses import replace
from itertools import permutations
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from schemas.chain import Chain
from schemas.link import EntityVersion, Evidence, Verdict
from streams.correlate.weights import SupportClass
from streams.match import core, verdicts
from streams.match.core import Assessment, PairOfSides
from streams.match.keys import MatchKey
from streams.match.supports import joined

SIDES = ("side a", "side b")
IDENTITY = MatchKey("identity", SIDES, ())


def supports(evidence: tuple[Evidence, ...]) -> tuple[SupportClass, ...]:
    """Each piece of evidence reaches the class its scheme names."""
    return tuple(SupportClass(each.scheme, "confirmed", 0.0, (each,)) for each in evidence)


def pair() -> PairOfSides:
    return PairOfSides(SIDES, supports, "weights 1", len)


def end(record: str, version: int, reposting: int = 0, published_at_us: int = 0) -> EntityVersion:
    return EntityVersion(record, "p", version, reposting, published_at_us, b"%d" % version, record)


def verdict(
    kind: Literal["yes", "no", "moved"] = "yes",
    versions: tuple[int, int] = (1, 1),
    classes: tuple[str, ...] = ("target",),
    right: str = "R-2",
    successor: tuple[str, str] | None = None,
) -> Verdict:
    evidence = tuple(Evidence("any", name, "exact", 1, 1, "", "", 0) for name in classes)
    ends = end("R-1", versions[0]), end(right, versions[1])
    return Verdict(SIDES, *ends, kind, () if kind == "no" else evidence, successor, 0)


def hear(between: PairOfSides, *verdicts: Verdict) -> dict[MatchKey, Assessment | None]:
    """The last thing said of each match that these verdicts touch."""
    said: dict[MatchKey, Assessment | None] = {}
    for each in verdicts:
        for key in between.hear(each):
            said[key] = between.assess(key) or said.get(key)
    return said


def test_one_match_between_two_sides_has_the_highest_class_of_its_supports() -> None:
    between = pair()
    said = hear(between, verdict(classes=("fuzzy",)), verdict(classes=("target",), right="R-3"))
    told = said[IDENTITY]
    assert list(said) == [IDENTITY]
    assert told is not None
    assert (told.status, told.match_class, len(told.supports)) == ("live", "target", 2)


def test_operations_have_one_match_for_each_pair_of_records() -> None:
    said = hear(
        pair(),
        verdict(classes=("space_time",)),
        verdict(classes=("space_time", "target"), right="R-3"),
    )
    assert {(key.family, key.apart) for key in said} == {
        ("space_time", ("R-1", "R-2")),
        ("space_time", ("R-1", "R-3")),
        ("identity", ()),
    }
    assert len({key.id for key in said}) == 3


def test_a_match_that_did_not_change_is_not_told_again() -> None:
    between = pair()
    hear(between, verdict())
    assert between.hear(verdict())
    assert between.assess(IDENTITY) is None


def test_a_no_about_newer_versions_retracts_and_an_older_yes_stays_dead() -> None:
    between = pair()
    told = hear(between, verdict(), verdict("no", (2, 1)))[IDENTITY]
    assert told is not None
    assert (told.status, told.match_class, told.supports) == ("retracted", "target", ())
    assert not hear(between, verdict())


def parted(versions: tuple[int, int] = (2, 1), right: str = "R-2") -> Verdict:
    """A no because a split key parts the pair: its evidence stands."""
    return replace(verdict("yes", versions, right=right), verdict="no", cause="split")


def test_a_match_whose_link_only_a_split_key_parts_is_retracted_and_keeps_it_quietly() -> None:
    between = pair()
    told = hear(between, verdict(), parted())[IDENTITY]
    assert told is not None
    assert (told.status, told.supports, len(told.quiet)) == ("retracted", (), 1)
    told = hear(between, verdict("no", (3, 1)))[IDENTITY]
    assert told is not None
    assert (told.status, told.quiet) == ("retracted", ())


def test_a_live_match_says_which_of_its_links_have_become_quiet() -> None:
    told = hear(pair(), verdict(), verdict(right="R-3"), parted())[IDENTITY]
    assert told is not None
    assert told.status == "live"
    assert [[each.links[0].right.record for each in s] for s in (told.supports, told.quiet)] == [
        ["R-3"],
        ["R-2"],
    ]


def test_a_quiet_link_that_nobody_heard_of_makes_no_match() -> None:
    assert hear(pair(), parted()) == {IDENTITY: None}


def test_nobody_hears_of_a_match_that_never_lived() -> None:
    assert hear(pair(), verdict("no", (2, 1))) == {}
    moved = verdict("moved", (2, 1), successor=("side c", "side b"))
    assert hear(pair(), moved) == {IDENTITY: None}


def test_a_match_moves_to_the_one_match_of_its_new_sides() -> None:
    told = hear(pair(), verdict(), verdict("moved", (2, 1), successor=("side c", "side b")))[
        IDENTITY
    ]
    assert told is not None
    assert told.status == "moved"
    assert told.successor == MatchKey("identity", ("side b", "side c"), ()).id


def test_a_match_lives_while_any_undominated_verdict_is_yes() -> None:
    between = pair()
    told = hear(between, verdict("yes", (1, 2)), verdict("no", (2, 1)))[IDENTITY]
    assert told is not None
    assert told.status == "live"
    told = hear(between, verdict("no", (2, 2)))[IDENTITY]
    assert told is not None
    assert told.status == "retracted"


def test_repostings_and_publishing_times_are_no_content() -> None:
    one, other = pair(), pair()
    again = verdict()
    late = Verdict(
        again.sides, end("R-1", 1, 3, 99), again.right, again.verdict, again.evidence, None, 5
    )
    first, second = hear(one, again)[IDENTITY], hear(other, late)[IDENTITY]
    assert first is not None
    assert second is not None
    assert first.version == second.version


def test_a_match_lists_its_strongest_supports_when_there_are_too_many() -> None:
    between = pair()
    for number in range(core.MAX_SUPPORTS):
        between.hear(verdict(classes=("fuzzy",), right=f"R-{number + 2}"))
    between.hear(verdict(classes=("target",), right="R-0"))
    told = between.assess(IDENTITY)
    assert told is not None
    assert len(told.supports) == core.MAX_SUPPORTS
    assert told.supports[0].match_class == "target"


versions = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(
    st.dictionaries(versions, st.sampled_from(["yes", "no"]), min_size=1, max_size=5),
)
def test_the_undominated_verdicts_do_not_depend_on_the_order_of_arrival(
    kinds: dict[tuple[int, int], Literal["yes", "no"]],
) -> None:
    heard = [verdict(kind, at) for at, kind in kinds.items()]
    ends = set()
    for order in permutations(heard):
        kept: verdicts.Verdicts = {}
        for each in order:
            kept = verdicts.undominated(kept, each)
        ends.add(frozenset(kept.items()))
    assert len(ends) == 1


def test_network_match_whose_hop_turns_quiet_is_kept_quietly_and_comes_back() -> None:
    between = pair()
    told = hear(pair(), verdict())[IDENTITY]
    assert told is not None
    (hop,) = told.supports
    far = replace(hop.links[0], right=end("R-9", 1))
    support = joined("network", (hop, hop), (hop.links[0], far))
    chain = Chain("c", "entity", between.sides, 1, (support,), 0)
    (key,) = between.follow(chain)
    told = between.assess(key, 1)
    assert told is not None
    assert (told.status, told.supports, told.quiet) == ("live", (support,), ())
    between.follow(replace(chain, order=2, supports=(), quiet=(support,)))
    told = between.assess(key, 2)
    assert told is not None
    assert (told.status, told.supports, told.quiet) == ("retracted", (), (support,))
    between.follow(replace(chain, order=3, supports=()))
    told = between.assess(key, 3)
    assert told is not None
    assert (told.status, told.quiet) == ("retracted", ())


def test_edge_of_a_quiet_link_has_no_bits_and_keeps_what_it_would_support() -> None:
    between = pair()
    hear(between, verdict())
    live = between.edge(("R-1#p", "R-2#p"))
    hear(between, parted())
    quiet = between.edge(("R-1#p", "R-2#p"))
    assert live is not None
    assert quiet is not None
    assert (live.quiet, quiet.bits, quiet.supports) == ((), None, ())
    assert [each.evidence for each in quiet.quiet[0].links] == [
        each.evidence for each in live.supports[0].links
    ]
