"""Splink on the stream's question: one new record against a set, and a thousand at once.

The model is that of historical50k; its last thousand rows are new to the rows before them.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from deploy.bench.peers.splink_models import MODELS
from deploy.bench.peers.splink_peer import linker_of

SIZES = {"4k": 4_000, "46k": 46_000}
NEW = 1_000
ONE_BY_ONE = 20


def main(size: str, data: Path, pseudopeople: Path) -> dict[str, Any]:
    """Median milliseconds for one record, records a second for a thousand."""
    model = MODELS["historical50k"]
    (table,) = model.tables
    count = SIZES[size]
    known = replace(model, tables=(f"SELECT * FROM ({table}) LIMIT {count}",))
    linker, _ = linker_of(known, data, pseudopeople)
    backend = linker._db_api  # noqa: SLF001 - new rows belong on the connection of the model
    sql = table.format(data=data, pseudopeople=pseudopeople)
    rows = backend.duckdb_con.sql(sql).to_df()
    index, new = backend.register(rows.iloc[:count]), rows.iloc[count : count + NEW]
    spent = [
        _seconds(linker, backend.register(new.iloc[row : row + 1]), index, model.blocking)
        for row in range(ONE_BY_ONE)
    ]
    together = _seconds(linker, backend.register(new), index, model.blocking)
    return {
        "records": count,
        "one_record_ms": round(median(spent) * 1e3, 1),
        "records_s": round(NEW / together),
    }


def _seconds(linker: Any, new: Any, index: Any, blocking: Sequence[Any]) -> float:
    """Time of Splink 5's `predict_between`, which took the place of finding new matches."""
    started = time.perf_counter()
    found = linker.inference.predict_between(
        new, index, blocking_rules_to_generate_predictions=list(blocking)
    )
    found.as_duckdbpyrelation().fetchall()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
