"""Nearness of two words: the share of their bits that agreement in part is worth, and why."""

from functools import lru_cache
from operator import eq
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from .model import Token, token_of
from .nicknames import same_given_name
from .rarity import is_known
from .sounds import distance

_edits = OSA.distance

LEAST_SHARE: Final = 0.3
"""Below it two words are two words; the share then only ranks what did not match."""
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


_SOUND: Final = frozenset(("", "R"))
"""Marks of scripts that write vowels."""
_PREFIXES: Final = frozenset(
    "abdul al el ul ur us ad as ash an ar bin ben abu abou von van vander de del di da la le mac mc o d st".split()
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
    if kind == "P" and left.text != right.text and same_given_name(left.text, right.text):
        return Near(NICKNAME_SHARE, "nickname")
    if left.mark == right.mark and left.mark in _SOUND:
        return _written(left, right, kind)
    return _heard(left, right)


def _initial(left: Token, right: Token) -> Near:
    if left.sort == right.sort or left.text[0] != right.text[0]:
        return _APART
    return Near(INITIAL_SHARE, "initial")


def _heard(left: Token, right: Token) -> Near:
    """Words of different scripts, or of one that leaves sounds out: by ear."""
    marks = left.mark, right.mark
    if left.native and right.native:
        return _drawn(left.native, right.native)
    if left.text == right.text and _SOUND.issuperset(marks):
        return Near(1.0, "script")
    if not _alike(left.frame, right.frame):
        return _APART
    apart = distance(left.text, left.mark, right.text, right.mark)
    if left.mark == right.mark:
        return Near(max(_by_edits(left.text, right.text), 1 - apart * 2.2, 0.0), "spelling")
    return Near(max(0.0, 1 - apart * 0.95), "script")


def _drawn(one: str, other: str) -> Near:
    """Han characters in common: many characters sound alike, few are confused."""
    common = sum(map(eq, one, other))
    return Near(max(0.0, 2 * common / (len(one) + len(other)) - 0.2), "slip")


def _alike(one: str, other: str, part: int = 2) -> bool:
    """Whether frames leave a chance that words sound alike: a cheap test before a dear one.

    At most one letter in `part` may differ.
    """
    longest = max(len(one), len(other))
    most = (longest + part - 1) // part
    return _edits(one, other, score_cutoff=most) <= most


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
    if kind == "P":
        if _inflected(one, other):
            return Near(0.85, "inflected")
        if _prefixed(one, other):
            return Near(0.8, "prefixed")
    share, reason = _by_edits(one, other), "slip"
    if share < 0.9 and _alike(left.frame, right.frame, 3):
        apart = distance(one, "", other, "")
        heard = 0.97 - apart * 2.0
        if min(len(one), len(other)) < 4:
            heard -= 0.2
        if heard > share:
            share, reason = heard, "spelling"
        elif apart > 0.3:
            share -= 0.1
    if kind == "P" and share > 0:
        share -= _distinct(one, other, reason)
    return Near(share, reason) if share > 0 else _APART


def _distinct(one: str, other: str, reason: str) -> float:
    """What is taken off two spellings that are both common, or of the two sexes."""
    if one[:-1] == other[:-1] and {one[-1], other[-1]} == {"a", "o"}:
        return 0.4
    if reason == "slip" and is_known(one) and is_known(other):
        return 0.35
    return 0.0


def _inflected(one: str, other: str) -> bool:
    if one[:3] != other[:3] or one[-1] == other[-1]:
        return False
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
