"""Splink 5 on one set, with the rules of `splink_models`."""

import json
import sys
import time
from collections.abc import Sequence
from math import log2
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

from deploy.bench.measure import Record, Scored, Truth, at_threshold, hindsight
from deploy.bench.peers.splink_models import MODELS, Model

RELEASE_PROBABILITY = 0.99
"""Where a user without labels would cut."""


def linker_of(model: Model, data: Path, pseudopeople: Path) -> tuple[Linker, Truth]:
    """Read the tables and estimate the model's parameters."""
    connection = duckdb.connect()
    backend = DuckDBAPI(connection=connection)
    folders = {"data": data, "pseudopeople": pseudopeople}
    tables = [connection.sql(sql.format(**folders)) for sql in model.tables]
    truth = Truth(
        {
            key: Record(label, origin)
            for table in tables
            for key, label, origin in table.project(f"{model.identity}, label, origin").fetchall()
        }
    )
    settings = SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        unique_id_column_name=model.identity,
        blocking_rules_to_generate_predictions=list(model.blocking),
        comparisons=list(model.comparisons),
    )
    registered = [backend.register(table) for table in tables]
    linker = Linker(registered[0] if len(registered) == 1 else registered, settings)
    train = linker.training
    train.estimate_probability_two_random_records_match(
        list(model.deterministic), recall=model.recall
    )
    train.estimate_u_using_random_sampling(max_pairs=model.u_pairs, seed=model.seed)
    for rule in model.training:
        train.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    return linker, truth


def scored(linker: Linker, identity: str) -> list[Scored]:
    """Every candidate pair with its match weight in bits."""
    predicted = linker.inference.predict().as_duckdbpyrelation()
    return list(predicted.project(f"{identity}_l, {identity}_r, match_weight").fetchall())


def released(pairs: Sequence[Scored], truth: Truth) -> dict[str, float]:
    """Measures at the probability where a user without labels would cut."""
    bits = log2(RELEASE_PROBABILITY / (1 - RELEASE_PROBABILITY))
    scores = [weight for _, _, weight in pairs]
    labels = [truth.is_true(left, right) for left, right, _ in pairs]
    return at_threshold(scores, labels, bits, truth.true).as_json()


def main(name: str, data: Path, pseudopeople: Path) -> dict[str, Any]:
    """Measure one set."""
    model, started = MODELS[name], time.monotonic()
    linker, truth = linker_of(model, data, pseudopeople)
    pairs = scored(linker, model.identity)
    seconds = time.monotonic() - started
    fixed = released(pairs, truth)
    return {**hindsight(pairs, truth), "p99": fixed, "seconds": round(seconds, 1)}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
