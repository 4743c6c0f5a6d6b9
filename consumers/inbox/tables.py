"""Tables of the inbox database: what was released to offices, and what they did with it.

Times are UTC microseconds since the epoch. `sequence` columns give the order of arrival.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA: Final = MetaData()

NOTICE: Final = Table(
    "notice",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("notice_id", String, nullable=False),
    Column("office", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("action", String, nullable=False),
    Column("feed", Integer, nullable=False),
    Column("match_class", String),
    Column("band", String),
    Column("outcome", String),
    Column("body", LargeBinary),
    Column("received_us", BigInteger, nullable=False),
    Column("closed_us", BigInteger),
    Column("closed_by", String),
    Column("closed_as", String),
    UniqueConstraint("notice_id"),
    Index("notice_office", "office", "sequence"),
    sqlite_autoincrement=True,
)

#: Every id taken back, known here or not: a recall may overtake its notice.
GONE: Final = Table(
    "gone",
    METADATA,
    Column("notice_id", String, primary_key=True),
    Column("closed_us", BigInteger, nullable=False),
    Column("closed_by", String, nullable=False),
    Column("closed_as", String, nullable=False),
)

ACKNOWLEDGEMENT: Final = Table(
    "acknowledgement",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("notice_id", String, nullable=False),
    Column("office", String, nullable=False),
    Column("officer", String, nullable=False),
    Column("acknowledged_us", BigInteger, nullable=False),
    UniqueConstraint("notice_id"),
    sqlite_autoincrement=True,
)

#: What an officer makes of a match: one word each and notice; giving another replaces it.
VERDICT: Final = Table(
    "verdict",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("notice_id", String, nullable=False),
    Column("office", String, nullable=False),
    Column("officer", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("given_us", BigInteger, nullable=False),
    UniqueConstraint("notice_id", "officer"),
    sqlite_autoincrement=True,
)

#: An office's own event that was refused: reason and record id only.
REFUSAL: Final = Table(
    "refusal",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("origin", String, nullable=False),
    Column("office", String, nullable=False),
    Column("record", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("refused_us", BigInteger, nullable=False),
    UniqueConstraint("origin"),
    Index("refusal_office", "office", "sequence"),
    sqlite_autoincrement=True,
)

#: What a page that follows the inbox must look at again.
CHANGE: Final = Table(
    "change",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("office", String, nullable=False),
    Column("notice_id", String, nullable=False),
    Index("change_office", "office", "sequence"),
    sqlite_autoincrement=True,
)
