"""The policy book: documents and operators' acts, their count, and who may go by which count.

A database of its own beside the vault: a suspension waits for no long transaction of the vault.
Every change adds one to `number`. Deliver asks for a grant, and confirms once it has received it.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from consumers.sharing.suspension import Act
from consumers.sqlite import Query, Upsert, open_reader, open_store
from schemas.record import from_microseconds, microseconds

METADATA: Final = MetaData()

#: One row: how many changes there were.
VERSION: Final = Table(
    "version",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)

#: Acts of operators, in their order; none is ever taken away.
ACT: Final = Table(
    "act",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("agreement", String, nullable=False),
    Column("deed", String, nullable=False),
    Column("order", String, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

#: The accepted version of each agreement that was distributed, as it came.
DOCUMENT: Final = Table(
    "document",
    METADATA,
    Column("agreement", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

#: Until when a sender may go by which number. A confirmed later number ends the earlier ones.
GRANT: Final = Table(
    "grant",
    METADATA,
    Column("holder", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("until_us", BigInteger, nullable=False),
)

_ROW: Final = 1
_NUMBER: Final = Query(select(VERSION.c.number))
_PUT_NUMBER: Final = Upsert(VERSION)
_PUT_DOCUMENT: Final = Upsert(DOCUMENT)
_PUT_GRANT: Final = Upsert(GRANT)
_EARLIER: Final = Query(
    delete(GRANT).where(GRANT.c.holder == bindparam("holder"), GRANT.c.number < bindparam("number"))
)
_LAPSED: Final = Query(delete(GRANT).where(GRANT.c.until_us <= bindparam("now_us")))


class Grant(NamedTuple):
    """A holder may go by `number` until then; read in the transaction that wrote it."""

    number: int
    until: datetime


class PolicyBook:
    """Opened by deliver and by the commands that change agreements."""

    def __init__(self, engine: Engine, reader: Engine) -> None:
        self._engine = engine
        self._reader = reader

    @classmethod
    def beside(cls, vault: Path) -> "PolicyBook":
        """Open (and on first use create) the book of a vault."""
        path = vault.with_name("policy.sqlite")
        engine = open_store(path, METADATA)
        return cls(engine, open_reader(path))

    def close(self) -> None:
        """Give back every connection."""
        self._reader.dispose()
        self._engine.dispose()

    def number(self) -> int:
        """Return how many changes there were."""
        with self._reader.begin() as connection:
            return _number(connection)

    def read(self) -> tuple[int, tuple[Act, ...], dict[str, bytes]]:
        """Return the number with all that it stands for: acts in order, documents by agreement."""
        with self._reader.begin() as connection:
            acts = connection.execute(select(ACT).order_by(ACT.c.number)).all()
            documents = connection.execute(select(DOCUMENT)).all()
            return (
                _number(connection),
                tuple(Act(a.agreement, a.deed, a.order, from_microseconds(a.at_us)) for a in acts),
                {row.agreement: row.body for row in documents},
            )

    def act(self, act: Act) -> int:
        """Write an act and return its number; in force for whoever reads from now on."""
        with self._engine.begin() as connection:
            number = _next(connection)
            row = {"number": number, "at_us": microseconds(act.at), **act._asdict()}
            row.pop("at")
            connection.execute(insert(ACT).values(**row))
            return number

    def put_document(self, agreement: str, body: bytes) -> int:
        """Write an accepted document and return its number."""
        with self._engine.begin() as connection:
            _PUT_DOCUMENT(connection, {"agreement": agreement, "body": body})
            return _next(connection)

    def grant(self, holder: str, now: datetime, length: timedelta) -> Grant:
        """Let a holder go by the number in force.

        # INVARIANT: the time counts from `now`, taken before the number is read, never from when
        # the answer arrives: a holder that slept on it finds it shorter, or over.
        """
        with self._engine.begin() as connection:
            grant = Grant(_number(connection), now + length)
            row = {"holder": holder, "number": grant.number, "until_us": microseconds(grant.until)}
            _LAPSED(connection, now_us=microseconds(now))
            _PUT_GRANT(connection, row)
            return grant

    def confirm(self, holder: str, number: int) -> None:
        """Note that a holder has received `number` and goes by no earlier one."""
        with self._engine.begin() as connection:
            _EARLIER(connection, holder=holder, number=number)

    def waits_for(self, number: int, now: datetime) -> datetime | None:
        """Return until when somebody may still go by less than `number`; None: nobody may."""
        query = select(func.max(GRANT.c.until_us)).where(
            GRANT.c.number < number, GRANT.c.until_us > microseconds(now)
        )
        with self._reader.begin() as connection:
            until = connection.execute(query).scalar()
        return None if until is None else from_microseconds(until)


def _number(connection: Connection) -> int:
    return _NUMBER(connection).scalar() or 0


def _next(connection: Connection) -> int:
    number = _number(connection) + 1
    _PUT_NUMBER(connection, {"id": _ROW, "number": number})
    return number
