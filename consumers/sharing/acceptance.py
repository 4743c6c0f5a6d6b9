"""Whether a distributed document comes into force: pure, all or nothing.

Refused, nothing changes: the version in force stays in force, and what it was refused for is told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from consumers.sharing import agreement
from consumers.sharing.letters import decode
from consumers.sharing.policy import Policy, build_policy
from consumers.sharing.signatures import MAX_BYTES, Signed, problems
from schemas.errors import ConfigError


class Refusal(NamedTuple):
    """Why a document is not accepted: a constant word, and what an operator must know.

    `TOO_LONG`, `UNSIGNED`, `VERSION_REUSED`, `VERSION_OLD`, or the code of the ConfigError that its
    form, its meaning or its examples raise.
    """

    code: str
    detail: str


def accepted(current: Policy, incoming: Signed, now: datetime) -> Policy | Refusal:
    """Return the policy with a document taken in, `current` itself where it is in force already.

    Signatures are looked at before a byte is parsed. A version never changes and only rises: the
    same id and version with other bytes is refused, and so is a lower version.
    """
    if len(incoming.text) > MAX_BYTES:
        return Refusal("TOO_LONG", f"more than {MAX_BYTES} bytes")
    if wrong := problems(incoming, current.register, now):
        return Refusal("UNSIGNED", "; ".join(wrong))
    try:
        return _taken_in(current, incoming)
    except ConfigError as error:
        return Refusal(error.code, error.detail)


def _taken_in(current: Policy, incoming: Signed) -> Policy | Refusal:
    source = incoming.digest[:12]
    text = decode(incoming.text, source)
    document = agreement.parse(text, source)
    known = next((each for each in current.documents if each.id == document.id), None)
    if known is not None:
        here = f"{document.id} version {known.version} is in force"
        if document.version < known.version:
            return Refusal("VERSION_OLD", f"{here}; version {document.version} came")
        if document.version == known.version:
            if current.texts.get(document.id) == text:
                return current
            return Refusal("VERSION_REUSED", f"{here}; other bytes came under its number")
        if type(document) is not type(known):
            return Refusal("AGREEMENT_FORM", f"{here}, and is another sort of document")
    texts: Mapping[str, str] = {**current.texts, document.id: text}
    return build_policy(texts, current.register, current.secrets)
