"""Which chains run through a record, and that they go when a hop goes."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from schemas.chain import Chain, Edge
from schemas.codec import Codec
from schemas.link import EntityVersion, Evidence, Verdict
from schemas.registry import load_lock
from schemas.topics import Topics, partition_of
from streams.correlate.weights import SupportClass
from streams.match.supports import single
from streams.network import core
from streams.network.agent import NetworkStage
from streams.network.core import traverse
from streams.transport.batch import MemoryBatch, Message, apply_changes

TOPICS = Topics("t", partitions=1)
CODEC = Codec(load_lock())
MIDDLE = "M-0"


def edge(far: str, near: str = "p", *, order: int = 1, live: bool = True, owner: str = "") -> Edge:
    """An edge from the middle record to a record, which stands on a side of its own."""
    ends = [
        (EntityVersion(MIDDLE, near, 1, 0, 0, b"m", "MID/x", 0, "subject"), "side m"),
        (EntityVersion(far, "p", 1, 0, 0, b"f", owner or f"{far}/x", 0, "subject"), f"side {far}"),
    ]
    (left, left_side), (right, right_side) = sorted(ends, key=lambda each: each[0].reference)
    evidence = (Evidence("identifier", "phone", "exact", 1, 1, "", "", 0),)
    verdict = Verdict((left_side, right_side), left, right, "yes", evidence, None, 0)
    support = single(SupportClass("shared_identifier", "confirmed", 0.0, evidence), verdict)
    supports = (support,) if live else ()
    return Edge(verdict.sides, left, right, 20.0 if live else None, supports, order, 7)


def chains(*edges: Edge) -> dict[str, Chain]:
    return traverse(MIDDLE, edges).chains


def test_two_sides_linked_to_one_entity_are_a_chain_with_both_hops_in_its_lineage() -> None:
    (chain,) = chains(edge("A-1"), edge("Z-1")).values()
    assert (chain.kind, chain.sides) == ("entity", ("side A-1", "side Z-1"))
    (support,) = chain.supports
    assert (support.match_class, support.sides) == ("network", ("side A-1", "side Z-1"))
    path = [end.version.reference for end in support.ends]
    assert path == ["A-1#p", "M-0#p", "M-0#p", "Z-1#p"]


def test_two_entities_of_the_middle_record_are_a_chain_of_another_kind() -> None:
    (chain,) = chains(edge("A-1", "p"), edge("Z-1", "q")).values()
    assert chain.kind == "record"
    path = [end.version.reference for end in chain.supports[0].ends]
    assert path == ["A-1#p", "M-0#p", "M-0#q", "Z-1#p"], "three hops, the record being the second"


def test_one_owner_or_one_record_at_both_ends_is_no_chain() -> None:
    assert chains(edge("A-1", owner="X/x"), edge("Z-1", owner="X/x")) == {}
    assert chains(edge("A-1", "p"), edge("A-1", "q")) == {}
    assert chains(edge("A-1"), edge("Z-1", live=False)) == {}


def test_chain_is_as_weak_as_its_weakest_hop_and_lists_no_more_than_the_strongest() -> None:
    whole = edge("A-1")
    many = [
        replace(whole.supports[0], digest=f"d{number}", band="probable", bits=float(number))
        for number in range(20)
    ]
    (chain,) = chains(replace(whole, supports=tuple(many)), edge("Z-1")).values()
    assert len(chain.supports) == core.SUPPORTS_PER_HOP
    assert {each.band for each in chain.supports} == {"probable"}
    assert min(each.bits for each in chain.supports) == 16.0


def test_hub_is_not_followed_and_is_again_when_enough_has_gone() -> None:
    edges = [edge(f"R-{number}") for number in range(core.FAN_OUT + 1)]
    assert traverse(MIDDLE, edges) == ({}, True)
    assert len(chains(*edges[:-1])) == core.FAN_OUT * (core.FAN_OUT - 1) // 2


def quiet(whole: Edge) -> Edge:
    """The same edge, once only a split key parts its ends."""
    return replace(whole, bits=None, supports=(), quiet=whole.supports)


def test_chain_over_a_quiet_hop_keeps_its_supports_quietly() -> None:
    (live,) = chains(edge("A-1"), edge("Z-1")).values()
    (chain,) = chains(edge("A-1"), quiet(edge("Z-1"))).values()
    assert chain == replace(live, supports=(), quiet=live.supports)


def test_quiet_hops_decide_about_no_live_chain() -> None:
    (live,) = chains(edge("A-1"), edge("Z-1")).values()
    many = [quiet(edge(f"R-{number}")) for number in range(core.FAN_OUT + 1)]
    assert chains(edge("A-1"), edge("Z-1"), *many) == {live.id: live}
    assert not traverse(MIDDLE, many).is_hub


@given(
    st.lists(st.tuples(st.sampled_from("ABZ"), st.sampled_from("pq")), max_size=6), st.integers()
)
def test_chains_do_not_depend_on_the_order_of_the_edges(
    pairs: list[tuple[str, str]], seed: int
) -> None:
    edges = [edge(f"{far}-1", near) for far, near in dict.fromkeys(pairs)]
    shuffled = [*edges]
    Random(seed).shuffle(shuffled)
    assert chains(*edges) == chains(*shuffled)


def told(stage: NetworkStage, rows: dict[bytes, bytes], offset: int, *edges: Edge) -> list[Chain]:
    value = CODEC.encode("liaison.EdgeBlock", {"edges": [each.to_avro() for each in edges]})
    batch = MemoryBatch(partition_of(MIDDLE.encode(), 1), rows)
    stage.process([Message(None, value, (), TOPICS.edge, 0, offset, 0)], batch)
    apply_changes(batch.changes, rows)
    data = [CODEC.decode(output.value).datum["chains"] for output in batch.outputs]
    return [Chain.from_avro(datum) for chains_ in data for datum in chains_]


def test_chain_is_told_once_and_taken_back_when_a_hop_goes_also_by_a_new_owner() -> None:
    rows: dict[bytes, bytes] = {}
    stage = NetworkStage(TOPICS, CODEC)
    stage.recovered(0, [])
    assert told(stage, rows, 0, edge("A-1")) == []
    (chain,) = told(stage, rows, 1, edge("Z-1"))
    assert (chain.order, chain.published_ms, len(chain.supports)) == (1, 7, 1)
    assert told(stage, rows, 2, edge("Z-1"), edge("A-1")) == []
    heir = NetworkStage(TOPICS, CODEC)
    heir.recovered(0, rows.items())
    assert told(heir, rows, 3, edge("A-1", order=0, live=False)) == [], "an older word"
    (gone,) = told(heir, rows, 4, edge("A-1", order=9, live=False))
    assert gone == replace(chain, order=4, supports=())


def test_chain_that_turns_quiet_is_told_and_one_that_was_never_told_is_not() -> None:
    rows: dict[bytes, bytes] = {}
    stage = NetworkStage(TOPICS, CODEC)
    stage.recovered(0, [])
    assert told(stage, rows, 0, edge("A-1"), quiet(edge("Z-1"))) == []
    (live,) = told(stage, rows, 1, edge("Z-1", order=2))
    (silent,) = told(stage, rows, 2, quiet(edge("Z-1", order=3)))
    assert (silent.supports, silent.quiet) == ((), live.supports)
    heir = NetworkStage(TOPICS, CODEC)
    heir.recovered(0, rows.items())
    assert told(heir, rows, 3, quiet(edge("Z-1", order=4))) == [], "said already"
    (gone,) = told(heir, rows, 4, edge("Z-1", order=5, live=False))
    assert (gone.supports, gone.quiet) == ((), ())
