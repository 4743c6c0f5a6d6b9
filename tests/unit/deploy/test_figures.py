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
