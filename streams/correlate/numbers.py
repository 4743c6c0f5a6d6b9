"""Identifiers compared: equal ones, near ones, and those of which a person has but one."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from schemas.link import Level

from .blob import OTHER, IdentifierFeature
from .names import CLOSE, CONFLICT, EXACT

IDENTIFIER: Final = "identifier"
SHARED_CLASS, STRONG_CLASS, MAILBOX_CLASS, FREE_CLASS = 0, 1, 2, 3
"""Frequency classes of an identifier: what sharing it tells depends on its scheme."""
CONTRADICTED: Final = 4
"""Added to these where the names contradict: families lend each other numbers and mailboxes."""
_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, CLOSE: 1, EXACT: 2}
_SHORTEST_NEAR: Final = 6
"""Characters that a number must have for a slip in it to say anything."""


class Found(NamedTuple):
    """How one attribute compares; `left`, `right`: which identifiers, -1 for other attributes."""

    attribute: str
    level: Level
    frequency_class: int
    left: int = -1
    right: int = -1


def compare_identifiers(
    left: Sequence[IdentifierFeature], right: Sequence[IdentifierFeature]
) -> list[Found]:
    """Every equal one; of schemes that have none, what the nearest two say."""
    schemes = {each.scheme for each in right}
    found: list[Found] = []
    unlike: dict[str, Found] = {}
    for at, one in enumerate(left):
        scheme = one.scheme
        if scheme not in schemes:
            continue
        for to, other in enumerate(right):
            if scheme != other.scheme:
                continue
            if one.value == other.value:
                found.append(Found(IDENTIFIER, EXACT, _identifier_class(one), at, to))
                continue
            level = _unequal(one, other)
            if level is not None and (scheme not in unlike or level == CLOSE):
                each = Found(IDENTIFIER, level, _identifier_class(one), at, to)
                unlike[scheme] = max(unlike.get(scheme, each), each, key=_rank)
    if not unlike:
        return found
    equal = {left[each.left].scheme for each in found}
    return found + [each for scheme, each in sorted(unlike.items()) if scheme not in equal]


def _rank(found: Found) -> tuple[int, int, int]:
    return _ORDER[found.level], -found.left - found.right, -abs(found.left - found.right)


def _unequal(one: IdentifierFeature, other: IdentifierFeature) -> Level | None:
    """Near values; else a conflict where people have one such number of an issuer, or mailbox."""
    if one.scheme == "email":
        near = _mailbox(one) == _mailbox(other) or _slips(one, other, 2)
        return CLOSE if near else CONFLICT
    if _slips(one, other, 1):
        return CLOSE
    issuer, blank, _ = one.value.partition(" ")
    same_issuer = not blank or other.value.startswith(issuer + blank)
    return CONFLICT if same_issuer and (one.strong or one.scheme == OTHER) else None


def _slips(one: IdentifierFeature, other: IdentifierFeature, most: int) -> bool:
    longest = max(len(one.value), len(other.value))
    return (
        longest >= _SHORTEST_NEAR
        and OSA.distance(one.value, other.value, score_cutoff=most) <= most
    )


def _mailbox(identifier: IdentifierFeature) -> str:
    return identifier.value.partition("@")[0]


def _identifier_class(identifier: IdentifierFeature) -> int:
    if identifier.scheme == "email":
        return MAILBOX_CLASS
    if identifier.scheme == OTHER:
        return FREE_CLASS
    return STRONG_CLASS if identifier.strong else SHARED_CLASS
