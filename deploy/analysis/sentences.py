"""Why two records are linked, for a person who knows no statistics."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from schemas.link import Evidence, Level
from streams.correlate import reasons
from streams.correlate.weights import WEIGHTS

Piece = tuple[str, str, Level, int]
"""Attribute, scheme, level, frequency class: all that a reason needs of a piece of evidence."""

_CERTAIN_BITS = 30


def piece(item: Evidence) -> Piece:
    """Return what is kept of a piece of evidence."""
    return item.attribute, item.scheme, item.level, item.frequency_class


def why(evidence: Iterable[Evidence]) -> str:
    """Return one line: what agrees and what does not, the loudest first, without figures."""
    told = (piece(item) for item in evidence if item.attribute != reasons.GIVEN_NAME)
    loudest_first = sorted(told, key=_loudness)
    return "; ".join(dict.fromkeys(_spoken(kept)[1] for kept in loudest_first))


def explained(pieces: Iterable[Piece]) -> Iterator[tuple[str, float | None, str]]:
    """Yield attribute, bits and a sentence of each piece, the loudest first."""
    found = list(pieces)
    for kept in sorted(found, key=_loudness):
        if kept[0] != reasons.GIVEN_NAME:
            bits, phrase = _spoken(kept)
            yield kept[0], bits, f"{phrase}. {_effect(bits)}"
    if shared := reasons.shared_bits(map(_item, found)):
        yield reasons.RELATIVES, shared, f"{reasons.RELATIVES_SAY}."


def verdict(bits: float, match_class: str, band: str) -> Iterator[str]:
    """Yield what a link's total means beside the one threshold."""
    if match_class != "fuzzy":
        yield "An agreement that decides by itself links the two, whatever else they say."
        return
    yield f"Together {bits:.1f} bits, each of which doubles the odds. {_effect(bits)}"
    release, floor = WEIGHTS.release_bits, WEIGHTS.floor_bits
    threshold = f"Liaison links two records from {release:g} bits on, for all data alike"
    if band == "possible":
        yield f"{threshold}. This is less, so it is no link: a person has to look."
    else:
        yield f"{threshold}, and shows what has {floor:g} or more to a person. This is enough."


def _effect(bits: float | None) -> str:
    """What a number of bits means: one bit more is twice as likely."""
    if bits is None:
        return "That decides by itself."
    if abs(bits) < 0.05:
        return "That says nothing either way."
    times = 2 ** abs(bits)
    if abs(bits) >= _CERTAIN_BITS:
        odds = "more than a billion times"
    else:
        odds = f"{times:.1f} times" if times < 10 else f"{float(f'{times:.2g}'):,.0f} times"
    if bits > 0:
        return f"Two records of one person or thing show that {odds} as often as records of two."
    return f"Records of two show that {odds} as often as two records of one person or thing."


def _loudness(kept: Piece) -> tuple[bool, float, Piece]:
    bits = _spoken(kept)[0]
    return bits is not None, -abs(bits or 0.0), kept


def _item(kept: Piece) -> Evidence:
    attribute, scheme, level, frequency_class = kept
    return Evidence(attribute, scheme, level, 0, 0, "", "", frequency_class)


@lru_cache(16_384)
def _spoken(kept: Piece) -> tuple[float | None, str]:
    """What a piece weighs, None where it decides by itself, and what it says in words alone."""
    found = reasons.explained(_item(kept))
    return found.bits, found.sentence.partition(": ")[0].partition(";")[0].rstrip(".")
