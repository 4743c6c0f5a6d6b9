"""What the benches measure, and how peers' figures are remembered."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.analysis.mapping import load_mapping
from deploy.bench.people import People
from deploy.bench.quality import Finding, chosen_sets
from deploy.bench.rivals import SPLINK, Rivals
from deploy.bench.sets import ALL_SETS, MAPPINGS, PEOPLE, existing, febrl_label
from deploy.bench.speed_table import ROWS, lines_new, rows
from deploy.bench.table import verdict
from schemas.errors import ConfigError


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_mapping_of_a_public_set_is_one_that_correlate_takes(path: Path) -> None:
    assert load_mapping(path).columns


def test_every_set_of_people_names_mappings_that_exist() -> None:
    for chosen in PEOPLE.values():
        assert all((MAPPINGS / name).is_file() for name in chosen.mappings)


def test_febrl_duplicates_share_the_number_of_their_id() -> None:
    assert febrl_label("rec-223-org") == febrl_label("rec-223-dup-4") != febrl_label("rec-22-org")


def test_unknown_set_is_refused_and_none_means_all() -> None:
    assert chosen_sets("") == list(ALL_SETS)
    with pytest.raises(ConfigError, match="no set nowhere"):
        chosen_sets("febrl4,nowhere")


def test_missing_data_say_which_folder_to_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--data"):
        existing(tmp_path / "gone.csv")


def test_best_peer_is_the_one_with_the_best_leading_measure() -> None:
    finding = Finding("s", {"f1": 0.9}, {"a": {"f1": 0.7}, "b": {"f1": 0.8}}, frozenset(), {})
    assert finding.as_json() == {
        "ours": {"f1": 0.9}, "peer": {"f1": 0.8}, "peer_name": "b", "goal": {},
    }  # fmt: skip


def test_goal_is_missed_by_one_bound_of_two_and_by_too_many_negatives() -> None:
    goal = {"found": 0.998, "negatives": 0.0005}
    good, bad = {"found": 1.0, "negatives": 0.0}, {"found": 1.0, "negatives": 0.01}
    assert verdict(Finding("un", good, {}, frozenset(), goal)) == "reached"
    assert verdict(Finding("un", bad, {}, frozenset(), goal)) == "missed"


class Runs:
    """Stands in for processes: counts the programs that were run."""

    def __init__(self) -> None:
        self.programs: list[str] = []

    def __call__(self, argv: Sequence[str], **_: Any) -> Any:
        if "-m" in argv:
            self.programs.append(argv[argv.index("-m") + 1])
        out = json.dumps({"f1": 0.5})
        return type("Done", (), {"returncode": 0, "stdout": f"noise\n{out}\n", "stderr": ""})()


def test_peer_is_measured_once_for_the_same_data_and_anew_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, file = Runs(), tmp_path / "set.csv"
    monkeypatch.setattr("deploy.bench.rivals.subprocess.run", runs)
    monkeypatch.setattr(Rivals, "pseudopeople", lambda self: self.state)
    file.write_text("a")
    (tmp_path / "peers" / "splink").mkdir(parents=True)
    bench = Rivals(tmp_path, tmp_path, lambda *_: None)
    assert not bench.measure(SPLINK, "s", [file]).cached
    assert bench.measure(SPLINK, "s", [file]).cached
    assert bench.measure(SPLINK, "s", [file]).figures["f1"] == 0.5
    file.write_text("b")
    assert not bench.measure(SPLINK, "s", [file]).cached
    fresh = Rivals(tmp_path, tmp_path, lambda *_: None, fresh=True)
    assert not fresh.measure(SPLINK, "s", [file]).cached
    assert len(runs.programs) == 3


def test_invented_people_are_the_same_for_a_seed() -> None:
    first, second = list(People(3).records(50)), list(People(3).records(50))
    assert first == second != list(People(4).records(50))


def test_speed_table_says_what_was_not_measured() -> None:
    assert len(list(rows({}))) == len(ROWS)
    cells = {row[0]: row for row in rows({"names": {"warm_us": 9.0, "cold_us": 99.0}})}
    assert cells["two names, warm"][2:] == ("9 µs", "<= 10 µs", "yes")
    assert cells["two names, met first"][4] == "no"
    assert cells["withdraw one record, p99"][2] == "not measured"


def test_speed_is_told_row_by_row_and_once() -> None:
    told: set[str] = set()
    names = {"warm_us": 9.0}
    assert list(lines_new({"names": names}, told)) == ["two names, warm: 9 µs (goal <= 10 µs: yes)"]
    more = {"names": names, "febrl4": {"with_features_s": 7000}}
    assert list(lines_new(more, told)) == ["febrl4, features made: 7,000 events/s"]
