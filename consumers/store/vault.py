"""Tables of the vault: records, matches, standings, ledger, outbox. One process writes them.

They are one module, because they are one schema: whoever changes a table sees its neighbours.

Times are UTC microseconds since the epoch (`_us`). JSON columns hold canonical JSON bytes.
A rank (`version`, `published_us`, `digest`) orders the versions of a record.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

METADATA: Final = MetaData()

#: One row: which start of deliver owns the vault, by which policy, and how far it pulled ACKs.
PROCESS: Final = Table(
    "process",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    Column("policy_version", String, nullable=False),
    Column("acknowledgement", Integer, nullable=False),
)

#: The next offset to apply. Kafka's own committed offsets are not read.
POSITION: Final = Table(
    "position",
    METADATA,
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False),
)

#: The version in force of each record; `event` is the agency's framed value, null once withdrawn.
RECORD: Final = Table(
    "record",
    METADATA,
    Column("record", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("published_us", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("owner", String, nullable=False),
    Column("event", LargeBinary),
)

#: Markings of the versions that are not in force, and of withdrawals: strictest of both decides.
MARKING: Final = Table(
    "marking",
    METADATA,
    Column("record", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("published_us", BigInteger, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("marking", LargeBinary, nullable=False),
)

#: Sides whose case was closed by the version in force of `record`.
CLOSED_SIDE: Final = Table(
    "closed_side",
    METADATA,
    Column("record", String, primary_key=True),
    Column("side", String, primary_key=True),
    Index("closed_side_side", "side"),
)

#: The highest order of each match; `body` is the framed value of match.v1, `seen_us` when the
#: first version of it was applied.
MATCH: Final = Table(
    "match",
    METADATA,
    Column("match", String, primary_key=True),
    Column("order", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("match_class", String, nullable=False),
    Column("successor", String),
    Column("published_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("seen_us", BigInteger, server_default="0"),
)

MATCH_RECORD: Final = Table(
    "match_record",
    METADATA,
    Column("record", String, primary_key=True),
    Column("match", String, primary_key=True),
    Index("match_record_match", "match"),
)

MATCH_SIDE: Final = Table(
    "match_side",
    METADATA,
    Column("side", String, primary_key=True),
    Column("match", String, primary_key=True),
    Index("match_side_match", "match"),
)

#: Matches to decide again, written in the transaction of the change that asks for it.
REDECIDE: Final = Table(
    "redecide",
    METADATA,
    Column("match", String, primary_key=True),
    Column("due_us", BigInteger, nullable=False),
    Index("redecide_due", "due_us"),
)

#: One row per match and channel, DENY included; `held` is what began and may be with the
#: recipient, `decision` the recorded inputs (design: explain and replay need nothing else).
STANDING: Final = Table(
    "standing",
    METADATA,
    Column("match", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("hold_for", String),
    Column("policy_version", String, nullable=False),
    Column("content_digest", String),
    Column("valid_until_us", BigInteger),
    Column("last", String, nullable=False),
    Column("held", LargeBinary, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Column("decision", LargeBinary, nullable=False),
    Column("decided_us", BigInteger, nullable=False),
    Column("parked_us", BigInteger),
    Column("cleared_us", BigInteger, server_default="0"),
    Column("retain_until_us", BigInteger, server_default="0"),
    Column("purged", String, server_default=""),
    Index("standing_outcome", "outcome"),
)

#: The one open row of a match and channel. No content: the sender decides again.
OUTBOX: Final = Table(
    "outbox",
    METADATA,
    Column("match", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("notice_id", String, nullable=False, unique=True),
    Column("action", String, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("deadline_us", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),
    Column("failed", Boolean, nullable=False),
    Index("outbox_due", "channel", "failed", "due_us"),
)

#: Every notice or recall whose first attempt began: from then on it counts as disclosed.
NOTICE: Final = Table(
    "notice",
    METADATA,
    Column("notice_id", String, primary_key=True),
    Column("match", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("channel_kind", String, nullable=False),
    Column("action", String, nullable=False),
    Column("match_class", String, nullable=False),
    Column("feed", Integer, nullable=False),
    Column("supersedes", LargeBinary, nullable=False),
    Column("decision", LargeBinary, nullable=False),
    Column("begun_us", BigInteger, nullable=False),
    Column("received_us", BigInteger),
    Index("notice_match", "match"),
)

#: The last feed number given per channel; contiguous, from the attempt's own transaction.
FEED: Final = Table(
    "feed",
    METADATA,
    Column("channel", String, primary_key=True),
    Column("number", Integer, nullable=False),
)

#: Each try of a notice. `log_size` is the sequenced ledger's size when it began.
ATTEMPT: Final = Table(
    "attempt",
    METADATA,
    Column("attempt", Integer, primary_key=True, autoincrement=True),
    Column("notice_id", String, nullable=False),
    Column("log_size", Integer, nullable=False),
    Column("policy_version", String, nullable=False),
    Column("begun_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Column("result", String),
    Index("attempt_notice", "notice_id"),
    sqlite_autoincrement=True,
)

#: Accounting entries; `number` is the leaf index, null until sequenced.
ENTRY: Final = Table(
    "entry",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("notice_id", String, nullable=False, unique=True),
    Column("number", Integer, unique=True),
    Column("exempt", Boolean, nullable=False),
    Column("statement", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

#: One row: the right edge of the Merkle tree over the sequenced entries.
LOG: Final = Table(
    "log",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

CHECKPOINT: Final = Table(
    "checkpoint",
    METADATA,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("signed_us", BigInteger, nullable=False),
)

#: Officers' acknowledgements, pulled back from the inbox.
ACKNOWLEDGEMENT: Final = Table(
    "acknowledgement",
    METADATA,
    Column("notice_id", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("officer", String, nullable=False),
    Column("acknowledged_us", BigInteger, nullable=False),
)

#: What officers made of notices, pulled from the inbox; `sequence` is the inbox's own.
VERDICT: Final = Table(
    "verdict",
    METADATA,
    Column("notice_id", String, primary_key=True),
    Column("officer", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("given_us", BigInteger, nullable=False),
    Column("sequence", Integer, nullable=False),
)

#: Version conflicts the owner's office must hear of; told once its record's owner is known.
REFUSAL: Final = Table(
    "refusal",
    METADATA,
    Column("origin", String, primary_key=True),
    Column("record", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("refused_us", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False),
    Index("refusal_told", "told"),
)

#: Consents by those whose information it is: one notice each, reserved by its id.
CONSENT: Final = Table(
    "consent",
    METADATA,
    Column("id", String, primary_key=True),
    Column("party", String, nullable=False),
    Column("record", String, nullable=False),
    Column("field", String, nullable=False),
    Column("office", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("granted_us", BigInteger, nullable=False),
    Column("granted_by", String, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("notice_id", String),
    Index("consent_record", "record"),
    Index("consent_notice", "notice_id"),
)

#: Who is asked for what consent; `answer` is granted or refused, null while nobody answered.
HOLD_REQUEST: Final = Table(
    "hold_request",
    METADATA,
    Column("id", String, primary_key=True),
    Column("party", String, nullable=False),
    Column("record", String, nullable=False),
    Column("field", String, nullable=False),
    Column("office", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("match", String, nullable=False),
    Column("asked_us", BigInteger, nullable=False),
    Column("answer", String),
    Column("answered_us", BigInteger),
)

#: What is to be looked at again, and when; kinds are `sharing.timers.KINDS`.
TIMER: Final = Table(
    "timer",
    METADATA,
    Column("match", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("due_us", BigInteger, nullable=False),
    Index("timer_due", "due_us"),
)

#: Releases that wait for an operator after a resumption.
REVIEW: Final = Table(
    "review",
    METADATA,
    Column("match", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("asked_us", BigInteger, nullable=False),
)

#: What people must look to; `owner` is the office that may see it, empty for operators alone.
ALARM: Final = Table(
    "alarm",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("match", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("owner", String, primary_key=True),
    Column("basis", String, nullable=False),
    Column("since_us", BigInteger, nullable=False),
)
