"""Nearness of two words: the share of their bits that agreement in part is worth, and why."""

from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from .model import Token, token_of
from .nicknames import same_given_name
from .rarity import is_known
from .sounds import distance

_edits = OSA.distance

LEAST_SHARE: Final = 0.3
"""Below it two words are two words."""
INITIAL_SHARE: Final = 0.4
NICKNAME_SHARE: Final = 0.8
_SAME_SHAPE: Final = 0.12
_INFLECTED: Final = (
    ("ov", "ova"), ("ev", "eva"), ("in", "ina"), ("sky", "skaya"), ("ski", "ska"), ("skiy", "skaya"),
    ("sky", "ska"), ("skii", "skaya"), ("skyi", "ska"), ("off", "ova"), ("oy", "aya"), ("cki", "cka"),
    ("ski", "skaya"), ("opoulos", "opoulou"), ("idis", "idou"), ("akis", "aki"), ("dzki", "dzka"),
)  # fmt: skip
_PATRONYMIC: Final = (
    "ovich", "evich", "ovna", "evna", "ovych", "yovych", "ivna", "ovic", "evic", "owicz", "ewicz", "ogly", "oglu", "kyzy", "yevich", "yevna",
)  # fmt: skip


_PREFIXES: Final = frozenset(
    "al el ul ur us ad as ash an ar bin ben abu abou von van vander de del di da la le mac mc o d st".split()
)


class Near(NamedTuple):
    """How near two words are, 0 to 1, and the reason in a word."""

    share: float
    reason: str


_APART: Final = Near(0.0, "")


@lru_cache(131_072)
def nearness(one: str, other: str, kind: str) -> Near:
    """Nearness of two different words, by id, in names of one kind. Symmetric."""
    left, right = token_of(one, kind), token_of(other, kind)
    if left.id > right.id:
        left, right = right, left
    if left.sort == "number" or right.sort == "number":
        return _APART
    if left.sort == "initial" or right.sort == "initial":
        return _initial(left, right)
    if left.sort == right.sort == "weak":
        return Near(0.95, "spelling")
    if kind == "P" and same_given_name(left.text, right.text):
        return Near(NICKNAME_SHARE, "nickname")
    if left.mark or right.mark:
        return _heard(left, right)
    return _written(left, right, kind)


def _initial(left: Token, right: Token) -> Near:
    if left.sort == right.sort or left.text[0] != right.text[0]:
        return _APART
    return Near(INITIAL_SHARE, "initial")


def _heard(left: Token, right: Token) -> Near:
    """Words of different or lossy scripts: by sound."""
    apart = distance(left.text, left.mark, right.text, right.mark)
    if left.mark == right.mark:
        share = max(_by_edits(left.text, right.text), 1 - apart * 2.2)
        return Near(share, "spelling") if share >= LEAST_SHARE else _APART
    share = 1 - apart * 0.5 if apart < 0.3 else max(0.0, 0.85 - (apart - 0.3) * 2.3)
    return Near(share, "script") if share >= LEAST_SHARE else _APART


def _by_edits(one: str, other: str) -> float:
    shorter = min(len(one), len(other))
    if abs(len(one) - len(other)) > 3:
        return 0.0
    edits = _edits(one, other, score_cutoff=3)
    if edits == 1:
        share = (
            0.9
            if shorter >= 6
            else 0.8
            if shorter == 5
            else 0.7
            if shorter == 4
            else 0.45
            if shorter == 3
            else 0.0
        )
    elif edits == 2:
        share = 0.75 if shorter >= 9 else 0.6 if shorter >= 7 else 0.4 if shorter == 6 else 0.0
    elif edits == 3:
        share = 0.55 if shorter >= 11 else 0.35 if shorter >= 9 else 0.0
    else:
        return 0.0
    return share - 0.1 if one[0] != other[0] else share


def _written(left: Token, right: Token, kind: str) -> Near:
    """Words of one alphabet: slips of the pen, spellings of one sound, forms of one surname."""
    one, other = left.text, right.text
    if kind == "P" and _inflected(one, other):
        return Near(0.85, "inflected")
    if kind == "P" and _prefixed(one, other):
        return Near(0.85, "prefixed")
    share = _by_edits(one, other)
    reason = "slip"
    if len(one) > 1 < len(other) and (left.bone[0] == right.bone[0] or share):
        apart = distance(one, "", other, "")
        heard = 0.95 - apart * 1.6 if apart < 0.35 else 0.0
        if min(len(one), len(other)) < 4:
            heard -= 0.2
        if heard > share:
            share, reason = heard, "spelling"
        elif apart > 0.3:
            share -= 0.1
    if kind == "P" and share:
        share -= _distinct(one, other, reason)
    return Near(share, reason) if share >= LEAST_SHARE else _APART


def _distinct(one: str, other: str, reason: str) -> float:
    """What is taken off two spellings that are both common, or of the two sexes."""
    if one[:-1] == other[:-1] and {one[-1], other[-1]} == {"a", "o"}:
        return 0.4
    if reason == "slip" and is_known(one) and is_known(other):
        return 0.35
    return 0.0


def _inflected(one: str, other: str) -> bool:
    for male, female in _INFLECTED:
        for his, hers in ((one, other), (other, one)):
            if (
                his.endswith(male)
                and hers.endswith(female)
                and len(his) > len(male) + 2
                and (his[: -len(male)] == hers[: -len(female)])
            ):
                return True
    return False


def _prefixed(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return (
        len(shorter) > 3
        and longer.endswith(shorter)
        and longer[: len(longer) - len(shorter)] in _PREFIXES
    )


def is_patronymic(text: str) -> bool:
    """Whether a word is a patronymic by its ending."""
    return len(text) > 6 and text.endswith(_PATRONYMIC)
