"""README's figures: what a command printed, in its block, or the plain word that nothing was."""

import json
from pathlib import Path

from deploy.real import score
from deploy.reference.readme import render
from schemas.match import Band, EntityVersion, Match, Support, SupportLink

BLOCK = "before\n<!-- figures:real -->\nstale\n<!-- /figures -->\nafter\n"


def test_unmeasured_block_says_so(tmp_path: Path) -> None:
    assert "Not measured yet" in render(BLOCK, tmp_path)


def test_block_holds_what_was_printed_and_nothing_else_changes(tmp_path: Path) -> None:
    printed = {
        "un": {"expected": 683, "found": 600, "queued": 50, "false": 3},
        "events_s": 99.0,
        "p50_ms": 80.5,
        "p99_ms": 400.0,
        "commit": "abc",
        "cores": 2,
        "processor": "P",
    }
    (tmp_path / "real.json").write_text(json.dumps(printed))
    written = render(BLOCK, tmp_path)
    assert "| 600 |" in written
    assert "p99 400.0 ms" in written
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "stale" not in written
    assert render(written, tmp_path) == written


def test_people_of_three_offices_stand_below_the_list_where_they_were_published(
    tmp_path: Path,
) -> None:
    people = {
        "records": 10_000, "expected": 41_001, "found": 40_000, "queued": 5, "false": 7,
        "precision": 0.9998, "recall": 0.9756, "events_s": 200.0, "p50_ms": 1.0, "p99_ms": 2.0,
    }  # fmt: skip
    un = {"expected": 683, "found": 600, "queued": 50, "false": 3}
    printed = {"un": un, "historical50k": people, "events_s": 99.0, "p50_ms": 1, "p99_ms": 2}
    where = {"commit": "abc", "cores": 2, "processor": "P"}
    (tmp_path / "real.json").write_text(json.dumps(printed | where))
    assert "0.9998 / 0.9756" in render(BLOCK, tmp_path)


def test_match_quality_shows_the_best_peer_beside_ours_and_the_goal(tmp_path: Path) -> None:
    found = {
        "febrl4": {
            "ours": {"f1": 0.9999, "seconds": 1.0}, "peer": {"f1": 1.0}, "peer_name": "P 5",
            "goal": {"f1": 0.9999},
        },
        "negatives": {
            "ours": {"links_per_record": 0.0}, "peer": None, "peer_name": None,
            "goal": {"links_per_record": 0.0},
        },
    }  # fmt: skip
    (tmp_path / "bench_quality.json").write_text(json.dumps({"weights": "w1", "sets": found}))
    written = render("<!-- figures:bench_quality -->\n<!-- /figures -->", tmp_path)
    assert "| febrl4 | f1 1.0000 | P 5 | f1 0.9999 | f1 0.9999 |" in written
    assert "| negatives | - | - | links_per_record 0.0000 |" in written
    assert "`w1`" in written


def test_real_data_counts_a_wrong_row_as_false_and_a_weak_one_as_queued() -> None:
    def fuzzy(left: int, right: int, band: Band) -> Match:
        sides = (f"BIS:record/bis.oee/UN-{left}", f"HSI:record/hsi.field/UN-{right}")
        end = EntityVersion("r", "e", 1, 0, 0, b"", "o")
        support = Support("d", "fuzzy", band, 9.0, (SupportLink((), end, end, *sides),))
        return Match(
            f"{left}-{right}",
            "identity",
            "fuzzy",
            "v",
            "live",
            sides,
            (support,),
            "w",
            1,
            0,
            None,
            0,
        )

    found = [fuzzy(1, 1, "probable"), fuzzy(2, 2, "possible"), fuzzy(1, 2, "probable")]
    assert score(found, 3) == {"expected": 3, "found": 1, "queued": 1, "false": 1, "queue": 1}
