"""Who might lead: the reasons in their order, the same whatever came first."""

from itertools import permutations

from schemas.lead import Lead, propose_lead
from schemas.link import EntityVersion, Evidence
from schemas.support import Support, SupportLink


def end(record: str, owner: str, occurred_at_us: int = 0, entity: str = "p") -> EntityVersion:
    return EntityVersion(record, entity, 1, 0, 0, b"d", owner, occurred_at_us, "subject")


def support(
    left: EntityVersion,
    right: EntityVersion,
    *commodities: str,
    cases: tuple[str, str] | None = None,
) -> Support:
    evidence = tuple(
        Evidence("commodity", scheme, "exact", 1, 1, "", "", 0) for scheme in commodities
    )
    sides = cases or tuple(f"{e.owner[:3]}:record/{e.record}" for e in (left, right))
    link = SupportLink(evidence, left, right, sides[0], sides[1])
    return Support(
        f"{left.reference}+{right.reference}", "duplicate_investigation", "confirmed", 0.0, (link,)
    )


def test_the_law_names_bis_for_the_commerce_list_and_hsi_for_munitions() -> None:
    later, first = end("R-1", "BIS/oee", 9), end("R-2", "HSI/miami", 1)
    for scheme, agency in (("eccn", "BIS"), ("usml", "HSI")):
        lead = propose_lead([support(later, first, scheme)])
        assert lead is not None
        assert lead.agency == agency
        assert "List" in lead.reasons[0]


def test_a_case_goes_before_a_report_and_the_earlier_before_the_later() -> None:
    one, other = end("R-1", "BIS/oee", 9), end("R-2", "HSI/miami", 1)
    case = propose_lead([support(one, other, cases=("BIS:case/1", "HSI:record/R-2"))])
    assert case is not None
    assert (case.agency, len(case.reasons)) == ("BIS", 1)
    earlier = propose_lead([support(one, other)])
    assert earlier is not None
    assert (earlier.agency, earlier.reasons) == ("HSI", ("What HSI reports happened first.",))


def test_who_holds_more_of_the_entities_goes_before_and_equals_go_by_name() -> None:
    one, other, more = end("R-1", "HSI/x"), end("R-2", "BIS/y"), end("R-3", "HSI/x")
    supports = [support(one, other), support(more, other)]
    for order in permutations(supports):
        assert propose_lead(order) == Lead("HSI", ("HSI holds more of the shared entities.",))
    equal = propose_lead([support(one, other)])
    assert equal is not None
    assert equal.agency == "BIS"


def test_two_offices_of_one_agency_need_no_proposal() -> None:
    assert propose_lead([support(end("R-1", "HSI/x"), end("R-2", "HSI/y"))]) is None
