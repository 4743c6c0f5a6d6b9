"""The truth of three offices, counted by hand."""

from deploy.historical import OFFICES, People, office, score
from deploy.published import Timeline
from schemas.match import Band, EntityVersion, Match, Support
from schemas.support import SupportLink

PEOPLE = People(
    Timeline([]),
    {"A-1": "A", "A-2": "A", "A-3": "A", "B-1": "B"},
    {"A-1": "miami", "A-2": "los-angeles", "A-3": "miami", "B-1": "new-york"},
)


def fuzzy(left: str, right: str, band: Band) -> Match:
    one, other = f"HSI:record/hsi.field/{left}", f"HSI:record/hsi.field/{right}"
    end = EntityVersion("r", "e", 1, 0, 0, b"", "o")
    support = Support("d", "fuzzy", band, 9.0, (SupportLink((), end, end, one, other),))
    return Match(
        f"{left}-{right}", "identity", "fuzzy", "v", "live", (one, other), (support,),
        "w", 1, 0, None, 0,
    )  # fmt: skip


def test_office_of_a_row_hangs_on_its_id_alone() -> None:
    assert office("Q2296770-1") == "los-angeles"
    assert {office(f"Q{number}") for number in range(100)} == set(OFFICES)


def test_only_pairs_of_different_offices_are_expected() -> None:
    found = [fuzzy("A-1", "A-2", "probable"), fuzzy("A-2", "B-1", "probable")]
    counted = score([*found, fuzzy("A-2", "A-3", "possible")], PEOPLE)
    assert counted == {
        "records": 4, "expected": 2, "found": 1, "queued": 1, "false": 1, "queue": 1,
        "precision": 0.5, "recall": 0.5,
    }  # fmt: skip
