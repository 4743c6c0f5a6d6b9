"""Identifiers compared: equal ones, near ones, and those of which a person has but one."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from schemas.identifiers.nearness import one_slip
from schemas.link import Level

from .blob import OTHER, IdentifierFeature
from .names import CLOSE, CONFLICT, EXACT

IDENTIFIER: Final = "identifier"
SHARED_CLASS, STRONG_CLASS, MAILBOX_CLASS, FREE_CLASS = 0, 1, 2, 3
"""Frequency classes of an identifier: what sharing it tells depends on its scheme."""
CONTRADICTED: Final = 4
"""Added to these where the names contradict: families lend each other numbers and mailboxes."""
_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, CLOSE: 1, EXACT: 2}
_MAILBOX_SLIPS: Final = 2


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
        slips = OSA.distance(one.value, other.value, score_cutoff=_MAILBOX_SLIPS)
        near = _mailbox(one) == _mailbox(other) or slips <= _MAILBOX_SLIPS
        return CLOSE if near else CONFLICT
    issuer, number = _issued(one)
    other_issuer, other_number = _issued(other)
    if issuer != other_issuer:
        return None
    if one_slip(number, other_number):
        return CLOSE
    return CONFLICT if one.strong or one.scheme == OTHER else None


def _issued(identifier: IdentifierFeature) -> tuple[str, str]:
    """Issuer, empty for schemes that have none, and number."""
    issuer, blank, number = identifier.value.partition(" ")
    return (issuer, number) if blank else ("", issuer)


def named(identifier: IdentifierFeature) -> str:
    """The scheme as evidence names it: one that is not known here with its own name and issuer."""
    if identifier.scheme != OTHER:
        return identifier.scheme
    issuer, _ = _issued(identifier)
    return f"{OTHER}:{issuer}" if issuer else OTHER


def _mailbox(identifier: IdentifierFeature) -> str:
    return identifier.value.partition("@")[0]


def _identifier_class(identifier: IdentifierFeature) -> int:
    if identifier.scheme == "email":
        return MAILBOX_CLASS
    if identifier.scheme == OTHER:
        return FREE_CLASS
    return STRONG_CLASS if identifier.strong else SHARED_CLASS
