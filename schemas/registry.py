"""The schema lock: which text each schema id stands for, and what may become of it.

    python -m schemas.registry check   fails when a contract changed without a new version
    python -m schemas.registry lock    gives changed schemas a new version and id

`lock.json` names each schema's current id, version and SHA-256, and its earlier ones;
`locked/<name>.v<version>.avsc` keeps the canonical text of every version. Codecs read the
locked texts, never the sources. Files of `locked/` are never edited nor removed: topics hold
values written by them.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from schemas.catalogue import EVENT_TYPES
from schemas.compatibility import problems
from schemas.errors import ConfigError, ContractError
from schemas.lint import lint
from schemas.sources import AVRO_DIRECTORY, Sources, sha256
from schemas.topics import (
    EDGE_SCHEMA,
    ENTITY_SCHEMA,
    KEY_FACT_SCHEMA,
    MATCH_SCHEMA,
    NOTICE_SCHEMA,
    POSTING_SCHEMA,
    RECORD_SCHEMA,
    VERDICT_SCHEMA,
)

PIPELINE_SCHEMAS: Final = (
    RECORD_SCHEMA,
    KEY_FACT_SCHEMA,
    POSTING_SCHEMA,
    VERDICT_SCHEMA,
    EDGE_SCHEMA,
    ENTITY_SCHEMA,
    MATCH_SCHEMA,
    NOTICE_SCHEMA,
)
_FIRST_ID: Final = 1


@dataclass(frozen=True, slots=True)
class LockedSchema:
    """One version of one schema; `schema` is its parsed canonical text."""

    name: str
    id: int
    version: int
    sha256: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lock:
    """Every locked version by id, and the current one of each name."""

    by_id: Mapping[int, LockedSchema]
    current: Mapping[str, LockedSchema]

    def versions(self, name: str) -> list[LockedSchema]:
        """Return every locked version of a schema, oldest first."""
        found = (locked for locked in self.by_id.values() if locked.name == name)
        return sorted(found, key=lambda locked: locked.version)


@lru_cache(maxsize=4)
def load_lock(directory: Path = AVRO_DIRECTORY) -> Lock:
    """Read the lock and its texts; raises ConfigError when a text is not the one locked."""
    by_id: dict[int, LockedSchema] = {}
    current: dict[str, LockedSchema] = {}
    for name, entry in _read_entries(directory).items():
        for version in (*entry.get("earlier", ()), entry):
            locked = _load(directory, name, version)
            if locked.id in by_id:
                raise ConfigError("schema_lock", f"id {locked.id} is given twice")
            by_id[locked.id] = current[name] = locked
    return Lock(MappingProxyType(by_id), MappingProxyType(current))


def _load(directory: Path, name: str, entry: Mapping[str, Any]) -> LockedSchema:
    path = _locked_path(directory, name, entry["version"])
    try:
        text = path.read_bytes()
    except OSError:
        raise ConfigError("schema_lock", f"{path.name} is missing") from None
    if sha256(text) != entry["sha256"]:
        raise ConfigError("schema_lock", f"{path.name} is not the text that was locked")
    return LockedSchema(name, entry["id"], entry["version"], entry["sha256"], json.loads(text))


def check_lock(directory: Path = AVRO_DIRECTORY) -> list[str]:
    """Return what is wrong with sources and lock, nothing when all is well."""
    sources, lock = Sources(directory), load_lock(directory)
    names = schema_names(sources)
    found = [
        f"{name}: locked, but no source holds it" for name in lock.current if name not in names
    ]
    found += [
        f"{name}: in the catalogue, but no schema" for name in EVENT_TYPES if name not in names
    ]
    for name in names:
        text = sources.canonical(name)
        locked = lock.current.get(name)
        if locked is None:
            found.append(f"{name}: not locked; run `python -m schemas.registry lock`")
        elif locked.sha256 != sha256(text):
            found.append(f"{name}: changed without a new version; run the lock command")
        found += _admission(name, json.loads(text), lock)
    return found


def write_lock(directory: Path = AVRO_DIRECTORY) -> list[str]:
    """Lock new and changed schemas and return their names; ConfigError when one may not pass."""
    sources, entries = Sources(directory), _read_entries(directory)
    lock = load_lock(directory)
    next_id = max(lock.by_id, default=_FIRST_ID - 1) + 1
    written = []
    for name in schema_names(sources):
        text, entry = sources.canonical(name), entries.get(name, {})
        if entry.get("sha256") == sha256(text):
            continue
        if refused := _admission(name, json.loads(text), lock):
            raise ConfigError("schema_lock", "; ".join(refused))
        version = entry.get("version", 0) + 1
        earlier = [*entry.pop("earlier", ()), entry] if entry else []
        fresh = {"id": next_id, "version": version, "sha256": sha256(text)}
        entries[name] = fresh | ({"earlier": earlier} if earlier else {})
        path = _locked_path(directory, name, version)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
        written.append(f"{name} v{version} id {next_id}")
        next_id += 1
    _lock_path(directory).write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n")
    load_lock.cache_clear()
    return written


def schema_names(sources: Sources) -> list[str]:
    """Return the schemas that travel on topics: every event type, then the pipeline's own."""
    return [*sources.events(), *PIPELINE_SCHEMAS]


def _admission(name: str, schema: dict[str, Any], lock: Lock) -> list[str]:
    try:
        lint(schema)
    except ContractError as error:
        return [f"{name}: {error.detail}"]
    return [
        f"{name}: against v{earlier.version}: {problem}"
        for earlier in lock.versions(name)
        for problem in problems(earlier.schema, schema)
    ]


def _read_entries(directory: Path) -> dict[str, dict[str, Any]]:
    path = _lock_path(directory)
    entries: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.exists() else {}
    return entries


def _lock_path(directory: Path) -> Path:
    return directory / "lock.json"


def _locked_path(directory: Path, name: str, version: int) -> Path:
    return directory / "locked" / f"{name}.v{version}.avsc"


def main(arguments: list[str]) -> int:
    """Run `check` or `lock`; 0 ok, 1 when something is wrong, 2 on usage."""
    if arguments not in (["check"], ["lock"]):
        sys.stderr.write("usage: python -m schemas.registry check|lock\n")
        return 2
    try:
        wrong = check_lock() if arguments == ["check"] else []
        written = write_lock() if arguments == ["lock"] else []
    except ConfigError as error:
        wrong, written = [error.detail], []
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    sys.stdout.writelines(f"{line}\n" for line in written)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
