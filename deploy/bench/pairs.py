"""Labelled pairs of names and the UN list, read alike by peers and us. Standard library alone."""

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

SEED: Final = 20_261_124
"""Of the shuffle that makes the transliteration bench's false pairs."""
SCRIPTS: Final = ("arabic", "chinese", "hebrew", "japanese", "katakana", "korean", "russian")
KINDS: Final = {
    "Person": ("person",),
    "Company": ("organization",),
    "Organization": ("organization",),
    "LegalEntity": ("person", "organization"),
    "Vessel": ("vessel",),
}
"""FollowTheMoney schemata as our kinds; a legal entity may be a person."""


class NamePair(NamedTuple):
    """Two names and whether they are one bearer's; `schema` as the bench has it."""

    schema: str
    left: str
    right: str
    same: bool


class Listed(NamedTuple):
    """One row of the UN list or of the negatives, columns as published."""

    full_name: str
    first_name: str
    middle_name: str
    last_name: str
    gender: str
    date_of_birth: str
    place_of_birth: str
    nationality: str


def name_bench(data: Path) -> list[NamePair]:
    """The public half of the name bench."""
    with (data / "nk_name_bench" / "cases.csv").open(encoding="utf-8", newline="") as lines:
        return [
            NamePair(row["schema"], row["name1"], row["name2"], row["is_match"] == "true")
            for row in csv.DictReader(lines)
        ]


def transliterations(data: Path, script: str, *, shuffled: bool) -> list[NamePair]:
    """One script: every row as a true pair, and each Latin token with another row's native one.

    Of a row drawn by lot, or of the next in the alphabet: `sidhu` with the native form of `sidiki`
    is what a false candidate looks like, and much harder.
    """
    path = data / "netransliteration" / f"wd_{script}_20.tsv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = sorted(
            (latin, native.replace(" ", ""))
            for latin, native, _ in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        )
    others, true = [native for _, native in rows], set(rows)
    if shuffled:
        random.Random(SEED).shuffle(others)  # noqa: S311 - a bench, not a secret
    else:
        others = others[1:] + others[:1]
    apart = [
        NamePair("Person", latin, native, same=False)
        for (latin, _), native in zip(rows, others, strict=True)
        if (latin, native) not in true
    ]
    return [*(NamePair("Person", *row, same=True) for row in rows), *apart]


def un_list(data: Path) -> tuple[list[Listed], list[Listed]]:
    """Treated and untreated rows; row n of one is row n of the other."""
    treated, untreated = (
        list(_listed((data / "un_sc_treated" / f"positives_un_{name}.csv").read_text("utf-8")))
        for name in ("treated", "untreated")
    )
    return treated, untreated


def negatives(data: Path) -> list[Listed]:
    """50,000 people who are on no list."""
    path = data / "qarin_negatives" / "negatives_global.csv.gz"
    return list(_listed(gzip.decompress(path.read_bytes()).decode("utf-8")))


def _listed(text: str) -> Iterator[Listed]:
    for row in csv.DictReader(text.splitlines()):
        yield Listed(**{name: row[name] for name in Listed._fields})
