"""`liaison train`: new weights with their held-out figures, warnings, and no silent loss."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from deploy import cli
from deploy.analysis.heldout import LEAST, Sample, held_out, warnings, weights_of
from deploy.analysis.labelled import verdicts_of
from deploy.local.errors import StackError
from streams.correlate.training import Labelled, train
from streams.correlate.weights import WEIGHTS

MAPPING = "kind: person\ncolumns:\n  id: record_id\n  name: full_name\n  born: birth_date\n"
TABLE = (
    "id,name,born,who\n1,Zdzislawa Kowalczyk,1955-12-30,a\n2,Kowalczyk Zdzisława,1955-12-30,a\n"
    "3,Horatio Pemberton,1961-02-03,b\n"
)
SAME = (("birth_date", "exact", 2), ("name", "exact", 8))
DIFFERENT = (("birth_date", "conflict", 1), ("name", "exact", 3))


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def verdict(label: str, *links: tuple[tuple[str, str, int], ...]) -> str:
    names = ("attribute", "level", "frequency_class")
    levels = [[dict(zip(names, each, strict=True)) for each in link] for link in links]
    return orjson.dumps({"label": label, "links": levels}).decode() + "\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def test_training_writes_a_new_version_and_never_over_an_old_one(folder: Path) -> None:
    verdicts = verdict("different", (("name", "exact", 3),)) + verdict("unsure")
    (folder / "v.ndjson").write_text(verdicts, encoding="utf-8")
    words = ("train", "t.csv", "--mapping", "m.yaml", "--truth", "who", "--verdicts", "v.ndjson")
    report = json.loads(run(*words, "--out", "w.json", "--json").stdout)
    assert report["pairs"] == {"same": 1, "verdict different": 1, "verdict unsure": 1}
    assert report["held_out"] is None
    assert "too few to measure" in report["warnings"][0]
    assert json.loads((folder / "w.report.json").read_bytes()) == report
    for refused in ((*words, "--out", "w.json"), ("train", "--out", "x.json")):
        assert isinstance(run(*refused).exception, StackError)
    (folder / "v.ndjson").write_text('{"label": "maybe"}\n', encoding="utf-8")
    error = run(*words, "--out", "x.json").exception
    assert isinstance(error, StackError)
    assert error.where == "v.ndjson:1"
    assert not (folder / "x.json").exists()


def test_labels_that_agree_with_the_weights_in_use_pass_and_show_both_figures(folder: Path) -> None:
    lines = [verdict("same", SAME), verdict("different", DIFFERENT)] * LEAST
    (folder / "v.ndjson").write_text("".join(lines), encoding="utf-8")
    done = run("train", "--verdicts", "v.ndjson", "--out", "w.json")
    assert done.exit_code == 0, done.output
    report = json.loads((folder / "w.report.json").read_bytes())
    assert report["held_out"]["before"]["f1"] == report["held_out"]["after"]["f1"] == 1.0
    assert report["release_bits"]["before"] == WEIGHTS.release_bits
    assert "Warning: There are 20 pairs that are the same and 20 that are not: few." in done.stderr


def test_weights_that_are_worse_on_held_out_labels_are_refused_unless_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [verdict("same", SAME), verdict("different", DIFFERENT)] * LEAST
    (folder / "v.ndjson").write_text("".join(lines), encoding="utf-8")

    def spoilt(sets: list[Labelled], _towards: object) -> dict[str, Any]:
        return train(sets) | {"release_bits": 99.0}

    monkeypatch.setattr("deploy.cli.train.train_weights", spoilt)
    words = ("train", "--verdicts", "v.ndjson", "--out", "w.json")
    error = run(*words).exception
    assert isinstance(error, StackError)
    assert error.exit_code == 4
    assert "F1 0.0000, not 1.0000" in error.what
    assert list(folder.glob("w.*")) == []
    assert run(*words, "--even-worse").exit_code == 0
    assert (folder / "w.json").exists()


def test_a_verdict_on_several_links_or_on_an_overlap_labels_no_comparison(folder: Path) -> None:
    counts: Counter[str] = Counter()
    (folder / "v.ndjson").write_text(
        verdict("different", SAME, SAME)
        + verdict("same", (("place_time", "exact", 0),))
        + verdict("same", SAME),
        encoding="utf-8",
    )
    sample = verdicts_of([folder / "v.ndjson"], counts)
    assert sample.labelled.pairs == [(SAME, True)]
    assert counts["verdict not on one comparison"] == 2


def test_few_labels_move_the_weights_in_use_a_little_not_back_to_the_beginning() -> None:
    document = train([Labelled([(SAME, True), (DIFFERENT, False)])], WEIGHTS)
    trained = weights_of(document)
    assert abs(trained.release_bits - WEIGHTS.release_bits) < 0.5
    for level, bits in WEIGHTS.table.items():
        assert abs(trained.table[level] - bits) < 0.5
    assert abs(trained.relatives_bits - WEIGHTS.relatives_bits) < 0.5
    for level, bits in WEIGHTS.relatives.items():
        assert abs(trained.relatives[level] - bits) < 0.5


def test_a_threshold_that_moves_far_on_one_set_is_warned_of() -> None:
    pairs = [(SAME, True), (DIFFERENT, False)] * 300
    random.Random(7).shuffle(pairs)
    sample = Sample(Labelled(pairs), [number % 5 for number in range(len(pairs))])
    moved = weights_of(train([sample.labelled]) | {"release_bits": WEIGHTS.release_bits + 6})
    (told,) = warnings([sample], moved)
    assert "moves by +6.00 bits" in told
    assert "one set" in told
    assert held_out([sample], lambda sets: train(sets, WEIGHTS)) is not None
