"""Officers' verdicts with what they were on: labelled comparison vectors for the next weights.

A vector holds levels and classes alone: no value, fingerprint, path, record or name.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Engine, select

from consumers.store.matches import load_match
from consumers.store.vault import NOTICE, VERDICT
from schemas.codec import Codec
from schemas.match import Support


def labelled(vault: Engine, codec: Codec) -> Iterator[dict[str, Any]]:
    """Yield one vector for each verdict and support that its notice was shown.

    `label` is same, different or unsure; `links` holds for each link of the support the attribute,
    scheme, level and frequency class of its evidence. A verdict whose support has changed or
    fallen since labels nothing: nobody has looked at what stands there now.
    """
    query = (
        select(VERDICT.c.verdict, NOTICE.c.match, NOTICE.c.decision)
        .join(NOTICE, NOTICE.c.notice_id == VERDICT.c.notice_id)
        .order_by(VERDICT.c.sequence)
    )
    with vault.connect() as connection:
        for row in connection.execute(query).all():
            match = load_match(connection, row.match, codec)
            decision = orjson.loads(row.decision)
            shown = {(record, tuple(rank)) for record, *rank in decision["lineage"]}
            for support in () if match is None else match.supports:
                if support.match_class == decision["match_class"] and _lineage(support) == shown:
                    yield _vector(support, row.verdict)


def _lineage(support: Support) -> set[tuple[str, tuple[Any, ...]]]:
    versions = (end.version for end in support.ends)
    return {(v.record, (v.version, v.published_at_us, v.digest.hex())) for v in versions}


def _vector(support: Support, label: str) -> dict[str, Any]:
    return {
        "label": label,
        "class": support.match_class,
        "band": support.band,
        "links": [
            [
                {
                    "attribute": each.attribute,
                    "scheme": each.scheme,
                    "level": each.level,
                    "frequency_class": each.frequency_class,
                }
                for each in link.evidence
            ]
            for link in support.links
        ],
    }
