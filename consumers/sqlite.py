"""SQLite as both stores use it: WAL, explicit transactions, one writer at a time.

The driver's own implicit transactions are switched off: every `engine.begin()` is one
`BEGIN IMMEDIATE`, so what it reads cannot change before it commits.
"""

from pathlib import Path
from sqlite3 import Connection as DriverConnection
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, create_engine, event

DEFAULT_BUSY_SECONDS: Final = 5.0
#: SQLite's limit on bound parameters is 32,766; far fewer keep statements cached and plans short.
CHUNK: Final = 500


def open_store(
    path: Path, tables: MetaData, *, busy_seconds: float = DEFAULT_BUSY_SECONDS
) -> Engine:
    """Open (and on first use create) a store for reading and writing.

    A commit is on disk when it returns (`synchronous=FULL`): what was begun is not forgotten by
    a power cut either. A lock held longer than `busy_seconds` raises OperationalError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": busy_seconds})
    _transactions(engine, "BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=FULL"))
    tables.create_all(engine)
    return engine


def open_reader(path: Path, *, busy_seconds: float = DEFAULT_BUSY_SECONDS) -> Engine:
    """Open an existing store so that no statement can change it."""
    engine = create_engine(
        f"sqlite:///file:{path}?mode=ro&uri=true", connect_args={"timeout": busy_seconds}
    )
    _transactions(engine, "BEGIN", ("query_only=ON",))
    return engine


def _transactions(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: DriverConnection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
