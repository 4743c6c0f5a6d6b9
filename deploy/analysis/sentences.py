"""Why two records are linked, or kept apart, for a person who knows no statistics."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal

from schemas.link import Evidence, Level
from streams.correlate import reasons
from streams.correlate.names import MATCH_SCORE, compare_names, name_of, wire_forms
from streams.correlate.weights import WEIGHTS

Piece = tuple[str, str, Level, int]
"""Attribute, scheme, level, frequency class: all that a reason needs of a piece of evidence."""

Fate = Literal["one entity", "kept apart", "below", "one all the same", "overlap"]
"""What became of a pair: see `fate_of`."""

_SHORT: Final[dict[Fate, str]] = {
    "one entity": "one entity",
    "kept apart": "kept apart: the other records of the two entities do not fit together",
    "below": "kept apart: too little speaks for it",
    "one all the same": "too little by itself, but one entity through other records",
    "overlap": "two operations that meet; nobody is joined",
}
_LONG: Final[dict[Fate, str]] = {
    "one entity": "The two are one entity.",
    "kept apart": "All the same they are kept in two entities: each stands with other records, and "
    "these, taken together, speak against being one. Such a pair is for a person to decide.",
    "below": "So the two are not linked, and no entity is made of them by this pair; it is in "
    "possible.csv for a person to look at.",
    "one all the same": "By itself this pair would not be linked; other records fit both so well "
    "that all of them are one entity.",
    "overlap": "They are two operations that meet. No sum decides, and no entity is made of them.",
}


_LIKENESS: Final = (
    (0.9, "one name, but for how it is written"),
    (0.7, "very much alike"),
    (MATCH_SCORE, "alike enough to match"),
    (0.25, "something in common, too little to match"),
    (-1.0, "two different names"),
)
"""From so much of 1 on, what a score says."""


def fate_of(bits: float, match_class: str, *, together: bool) -> Fate:
    """Return what became of a pair.

    At or above the threshold it is linked: `one entity`, or `kept apart` where the brake of
    clustering (`streams.correlate.clusters`) refused it. Else `below`, or `one all the same` where
    both are in one entity through others. Operations that `overlap` are never one.
    """
    if match_class == "space_time":
        return "overlap"
    if bits >= WEIGHTS.release_bits:
        return "one entity" if together else "kept apart"
    return "one all the same" if together else "below"


def piece(item: Evidence) -> Piece:
    """Return what is kept of a piece of evidence."""
    return item.attribute, item.scheme, item.level, item.frequency_class


def why(evidence: Iterable[Evidence], fate: Fate) -> str:
    """Return one line: what agrees and what does not, the loudest first, and what came of it."""
    pieces = list(evidence)
    phrases = dict.fromkeys(found.phrase for _, found in _told(map(piece, pieces)))
    if fate == "below":
        phrases |= dict.fromkeys(found.phrase for found in reasons.counted_once(pieces))
    return "; ".join((*phrases, _SHORT[fate]))


def explained(pieces: Iterable[Piece]) -> Iterator[tuple[str, float, str]]:
    """Yield attribute, bits and a sentence of each piece, the loudest first; bits add up."""
    kept = list(pieces)
    once = ((each.attribute, each) for each in reasons.counted_once(map(_item, kept)))
    for name, found in (*_told(kept), *once):
        bits = found.bits or 0.0
        weight = f" That {reasons.effect(bits)} ({bits:+.2f})." if found.bits is not None else ""
        yield name, bits, f"{found.phrase}.{weight}"


def verdict(bits: float, fate: Fate) -> Iterator[str]:
    """Yield what a pair's total means beside the one threshold, and what became of the pair."""
    if fate != "overlap":
        yield reasons.added_up(bits)
    yield _LONG[fate]
    if fate != "overlap":
        yield (
            "How to read the figures: plus speaks for one person or thing, minus against it; each "
            "whole number more makes it twice as likely."
        )


def of_names(kind: str, left: str, right: str, score: float) -> Iterator[str]:
    """Yield how rare what two names share is, and what their score says in words."""
    ones, others = (
        [name_of(wire) for wire in wire_forms(kind, text, "", "", "")] for text in (left, right)
    )
    found = [compare_names(one, other) for one in ones for other in others]
    if found:
        level, frequency_class = max(found, key=lambda each: WEIGHTS.bits("name", *each))
        yield f"{_spoken(('name', '', level, frequency_class)).phrase}."
    words = next(words for least, words in _LIKENESS if score >= least)
    yield f"That is {score:.2f} of 1: {words}. From {MATCH_SCORE:g} on two names match."


def _told(pieces: Iterable[Piece]) -> list[tuple[str, reasons.Explanation]]:
    """Return the name and the words of each piece that weighs by itself, the loudest first."""
    told = [kept for kept in pieces if kept[0] != reasons.GIVEN_NAME]
    found = [(reasons.scheme_words(kept[1]) or kept[0], _spoken(kept)) for kept in sorted(told)]
    return sorted(found, key=lambda each: -abs(each[1].bits or 0.0))


def _item(kept: Piece) -> Evidence:
    attribute, scheme, level, frequency_class = kept
    return Evidence(attribute, scheme, level, 0, 0, "", "", frequency_class)


@lru_cache(16_384)
def _spoken(kept: Piece) -> reasons.Explanation:
    return reasons.explained(_item(kept))
