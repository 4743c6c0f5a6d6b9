"""Which sets of links make two investigations one (domain section 5)."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from schemas.link import EntityVersion, Evidence, Fact, Verdict, sorted_pair
from schemas.match import Support
from streams.correlate.weights import SupportClass
from streams.match import supports as module
from streams.match.supports import duplicates, single

GOODS, CRIME = Fact("commodity", "eccn", 1, "entities[s1]"), Fact("scheme", "crime_type", 2, "m")


def end(
    record: str, entity: str = "p", role: str = "subject", facts: tuple[Fact, ...] = ()
) -> EntityVersion:
    return EntityVersion(record, entity, 1, 0, 0, b"d", record[:1], 0, role, facts)


def link(
    left: EntityVersion, right: EntityVersion, match_class: str = "target", band: str = "confirmed"
) -> Support:
    evidence = (Evidence("any", "", "exact", 1, 1, "", "", 0),)
    sides = (f"side {left.record[:1]}", f"side {right.record[:1]}")
    verdict = Verdict(sides, left, right, "yes", evidence, None, 0)
    return single(SupportClass(match_class, band, 20.0, evidence), verdict)  # type: ignore[arg-type]


def found(*singles: Support) -> list[Support]:
    linked = {sorted_pair(*(e.version.reference for e in each.ends)) for each in singles}
    return duplicates(singles, linked)


def test_two_shared_subjects_are_one_support_of_two_links() -> None:
    one = link(end("A1", "p"), end("B1", "p"))
    other = link(end("A1", "q"), end("B1", "q"), "fuzzy", "probable")
    (both,) = found(one, other)
    assert (both.match_class, both.band, both.bits) == ("duplicate_investigation", "probable", 40.0)
    assert {e.version.reference for e in both.ends} == {"A1#p", "A1#q", "B1#p", "B1#q"}
    assert {(each.left_side, each.right_side) for each in both.links} == {("side A", "side B")}


def test_one_subject_reported_twice_is_no_second_subject() -> None:
    again = [link(end(a), end(b)) for a in ("A1", "A2") for b in ("B1", "B2")]
    assert found(*again) == []
    assert found(link(end("A1"), end("B1")), link(end("A2"), end("B1"))) == []


def test_associates_and_what_an_analyst_must_see_first_do_not_count() -> None:
    one = link(end("A1", "p"), end("B1", "p"))
    assert found(one, link(end("A1", "q", "associate"), end("B1", "q"))) == []
    assert found(one, link(end("A1", "q"), end("B1", "q"), "fuzzy", "possible")) == []


def test_one_subject_with_commodity_and_scheme_in_common_is_enough() -> None:
    facts = (GOODS, CRIME)
    (whole,) = found(link(end("A1", facts=facts), end("B1", facts=facts)))
    assert [each.attribute for each in whole.links[0].evidence] == ["any", "commodity", "scheme"]
    assert found(link(end("A1", facts=facts), end("B1", facts=(GOODS,)))) == []
    assert found(link(end("A1", facts=facts), end("B1", facts=(CRIME,)))) == []


def test_a_thousand_shared_subjects_cost_no_more_than_the_bound() -> None:
    many = [link(end("A1", f"p{n}"), end("B1", f"q{n}")) for n in range(300)]
    assert len(found(*many)) == module.MAX_DUPLICATES


entities = st.sampled_from(["p", "q", "r"])
links = st.lists(st.tuples(entities, entities), min_size=1, max_size=6, unique=True)


@given(links, st.randoms(use_true_random=False))
def test_duplicates_do_not_depend_on_the_order_of_the_links(
    pairs: Sequence[tuple[str, str]], rng: object
) -> None:
    singles = [link(end("A1", a), end("B1", b)) for a, b in pairs]
    shuffled = [*singles]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(*singles) == found(*shuffled)
