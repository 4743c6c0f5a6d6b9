"""The event of the stream bench: 1 KB of Avro with about forty leaf fields, and its decoders.

Needs fastavro alone: peers read it in environments of their own.
"""

import io
import json
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import fastavro

PARTITIONS: Final = 4
REPEATS: Final = 0.1
PERSONS: Final = 2_000
HISTORY: Final = 8
"""Events kept of a person by the correlating function."""
_FRAME: Final = struct.Struct(">bI")
_STAMP: Final = struct.Struct(">q")
_SCHEMA_ID: Final = 7
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def _fields(text: str) -> list[dict[str, Any]]:
    """Read `name:type` words; a question mark makes a field that may be null."""
    found = []
    for word in text.split():
        name, _, kind = word.partition(":")
        if kind.endswith("?"):
            found.append({"name": name, "type": ["null", kind[:-1]], "default": None})
        else:
            found.append({"name": name, "type": kind})
    return found


def _record(name: str, *fields: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": list(fields)}


_IDENTIFIER: Final = _record("Identifier", *_fields("scheme:string value:string issuer:string?"))
_ADDRESS: Final = _record(
    "Address", *_fields("line1:string line2:string? city:string state:string postcode:string")
)
_BODY: Final = _record(
    "Body",
    *_fields("family_name:string given_name:string middle_name:string? birth_date:string?"),
    *_fields("sex:string? height_cm:int? weight_kg:int? occurred_at:long kind:string severity:int"),
    {"name": "identifiers", "type": {"type": "array", "items": _IDENTIFIER}},
    {"name": "address", "type": ["null", _ADDRESS], "default": None},
    *_fields("plate:string plate_state:string vin:string? make:string model:string year:int"),
    *_fields("latitude:double longitude:double accuracy_m:float? beat:string? officer:string?"),
    {"name": "cases", "type": {"type": "array", "items": "string"}},
    {"name": "tags", "type": {"type": "map", "values": "string"}},
    *_fields("confidence:double juvenile:boolean expires_at:long? classification:string"),
    *_fields("narrative:string"),
)
_HEAD: Final = _fields("event_id:string agency:string sent_ns:long person:string")
_FULL: Final = fastavro.parse_schema(_record("Event", *_HEAD, {"name": "body", "type": _BODY}))
_CUT: Final = fastavro.parse_schema(json.loads(json.dumps(_record("Event", *_HEAD))))

Decode = Callable[[bytes], Any]


def decode_full(value: bytes) -> Any:
    """Read the whole event."""
    stream = io.BytesIO(value)
    stream.seek(_FRAME.size)
    return fastavro.schemaless_reader(stream, _FULL, None)


def decode_prefix(value: bytes) -> Any:
    """Read what dedupe and correlation need, which stands first, and nothing behind it."""
    stream = io.BytesIO(value)
    stream.seek(_FRAME.size)
    return fastavro.schemaless_reader(stream, _CUT, None)


DECODERS: Final[dict[str, Decode]] = {"prefix": decode_prefix, "full": decode_full}


class Published(NamedTuple):
    """One message of the bench: key is the event id."""

    key: bytes
    value: bytes
    partition: int


def events(count: int, sent_ns: Callable[[], int], seed: int = 1) -> Iterator[Published]:
    """Yield `count` messages, a tenth of them repeats of recent ones."""
    rng = random.Random(seed)
    recent: list[Published] = []
    for number in range(count):
        if recent and rng.random() < REPEATS:
            yield rng.choice(recent)
            continue
        event_id = f"ev-{number:012d}-{rng.getrandbits(64):016x}"
        datum = {
            "event_id": event_id,
            "agency": f"AG{number % 12:03d}",
            "sent_ns": sent_ns(),
            "person": f"P{rng.randrange(PERSONS):09d}",
            "body": _body(rng, number),
        }
        stream = io.BytesIO()
        stream.write(_FRAME.pack(0, _SCHEMA_ID))
        fastavro.schemaless_writer(stream, _FULL, datum)
        made = Published(event_id.encode(), stream.getvalue(), number % PARTITIONS)
        recent = [*recent[-500:], made]
        yield made


def correlated(event: Any, before: bytes) -> tuple[bytes, bytes]:
    """Return the person's last events with this one, and what is said of it."""
    own = f"{event['event_id']}|{event['agency']}".encode()
    kept = [*before.split(b"\n")[-(HISTORY - 1) :], own] if before else [own]
    return b"\n".join(kept), _STAMP.pack(event["sent_ns"]) + own + b"|%d" % len(kept)


def sent_at(value: bytes) -> int:
    """Return when the event behind an output was published, in ns."""
    if value[: _FRAME.size] == _FRAME.pack(0, _SCHEMA_ID):
        return int(decode_prefix(value)["sent_ns"])
    return int(_STAMP.unpack_from(value)[0])


def _body(rng: random.Random, number: int) -> dict[str, Any]:
    def word(length: int) -> str:
        return "".join(rng.choices(_LETTERS, k=length))

    return {
        "family_name": word(8), "given_name": word(6), "middle_name": None,
        "birth_date": "1984-02-11", "sex": "M", "height_cm": 180, "weight_kg": 82,
        "occurred_at": 1_700_000_000_000 + number, "kind": "NOTICE", "severity": number % 5,
        "identifiers": [
            {"scheme": "ssn", "value": word(9), "issuer": None},
            {"scheme": "licence", "value": word(9), "issuer": "CA"},
        ],
        "address": {
            "line1": f"12 {word(10)}", "line2": None, "city": word(8), "state": "CA",
            "postcode": "94110",
        },
        "plate": word(7), "plate_state": "CA", "vin": None, "make": "any", "model": "any",
        "year": 2014, "latitude": 37.77, "longitude": -122.41, "accuracy_m": 12.5, "beat": "B12",
        "officer": f"OF{number % 997:05d}", "cases": [f"C-{number:08d}"],
        "tags": {"src": "cad", "ver": "3"}, "confidence": 0.87, "juvenile": False,
        "expires_at": None, "classification": "LES", "narrative": word(700),
    }  # fmt: skip
