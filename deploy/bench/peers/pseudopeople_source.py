"""The packaged sample population of `pseudopeople`: census of 2020 and tax forms of 2020, as CSV.

Noise and seed are the package's defaults. `simulant_id` is the truth and nobody's evidence.
"""

import sys
from pathlib import Path

import pseudopeople


def write(folder: Path) -> None:
    """Write `census.csv` and `tax.csv`, each row with a record id of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "census": pseudopeople.generate_decennial_census(),
        "tax": pseudopeople.generate_taxes_w2_and_1099(),
    }
    for name, table in tables.items():
        table.insert(0, "record_id", [f"{name}-{row}" for row in range(len(table))])
        table.to_csv(folder / f"{name}.csv", index=False)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
