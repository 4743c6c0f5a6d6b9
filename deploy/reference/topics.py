"""The page of topics: every one that must exist, who writes and reads it, and how it is kept."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from deploy.reference.markdown import code, page, table
from schemas.catalogue import SOURCES
from schemas.headers import CLOUD_EVENT_HEADERS, ORIGIN, SIGNATURE_HEADERS, TRACEPARENT
from schemas.topics import Topics, TopicSpec

TOPICS: Final = Topics()
"""Under the default settings."""

_DAY_MS: Final = 86_400_000
_PUBLISHED: Final = (*CLOUD_EVENT_HEADERS, TRACEPARENT, *SIGNATURE_HEADERS)


class Flow(NamedTuple):
    """Who writes and who reads a topic, its meaning, and the headers beside a value."""

    meaning: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    headers: tuple[str, ...]


def specs() -> list[TopicSpec]:
    """Return every topic of an installation with all agencies of the catalogue."""
    return TOPICS.all(set(SOURCES.values()))


def flow(name: str) -> Flow:
    """Return what flows on a topic; a topic without an entry of its own is an agency's."""
    return _FLOWS.get(name, _AGENCY)


_AGENCY: Final = Flow(
    "Events as an agency published them, signed.", ("agency",), ("intake",), _PUBLISHED
)
_FLOWS: Final[Mapping[str, Flow]] = {
    TOPICS.record: Flow("Admitted record versions.", ("intake",), ("dedupe", "deliver"), (ORIGIN,)),
    TOPICS.posting: Flow(
        "Postings of records to the homes of their blocking keys.",
        ("dedupe",),
        ("correlate",),
        (),
    ),
    TOPICS.link: Flow(
        "Verdicts on pairs of entities, chains, requests to assess again.",
        ("correlate", "network", "match"),
        ("match",),
        (),
    ),
    TOPICS.edge: Flow(
        "Standing verdicts, to the homes of both their records.", ("match",), ("network",), ()
    ),
    TOPICS.graph: Flow("Standing verdicts, all on one partition.", ("match",), ("resolve",), ()),
    TOPICS.entity: Flow("Changed entities, for analysts.", ("resolve",), (), ()),
    TOPICS.match: Flow("Changed matches, without payload.", ("match",), ("deliver",), ()),
    TOPICS.agreement: Flow(
        "Documents with their signatures.", ("liaison agreement publish",), ("deliver",), ()
    ),
    TOPICS.quarantine: Flow(
        "Refused input and poison: reason, origin, and bytes or digest.",
        ("intake", "dedupe", "correlate", "match", "network", "resolve"),
        ("deliver",),
        (*_PUBLISHED, ORIGIN),
    ),
}


def _no_schema(spec: TopicSpec) -> str:
    if spec.name == TOPICS.agreement:
        return "canonical JSON"
    return "foreign bytes" if spec.name == TOPICS.quarantine else "none yet"


def render() -> str:
    """Return `topics.md`."""
    rows = [
        (
            code(spec.name),
            ", ".join(flow(spec.name).writers),
            ", ".join(flow(spec.name).readers),
            spec.key,
            "for ever, compacted"
            if spec.retention_ms < 0
            else f"{spec.retention_ms // _DAY_MS} days",
            f"{spec.max_message_bytes // 1024} KiB",
            ", ".join(map(code, spec.schema)) or _no_schema(spec),
        )
        for spec in specs()
    ]
    head = ("Topic", "Written by", "Read by", "Key", "Kept", "Message at most", "Schemas")
    count = (
        f"Under the default settings: namespace {code(TOPICS.namespace)}, {TOPICS.partitions} "
        "partitions, one count for all. `liaison topics create` makes what is missing; topics are "
        "never made by use. Values are Avro in the Confluent frame; `asyncapi.yaml` beside this "
        "page describes them for machines."
    )
    return page("Topics", count, table(head, rows))
