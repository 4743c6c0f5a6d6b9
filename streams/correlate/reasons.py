"""Evidence in plain words, for a person who knows no statistics. No values: what was compared.

A bit is one doubling: with each bit more it is twice as likely that two records are one. The bits
of all pieces add up to the total of a link.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from schemas.link import Evidence

from .bags import CLASS_BITS
from .blob import OTHER
from .numbers import CONTRADICTED
from .prior import KIND_CLASSES
from .weights import WEIGHTS, Weights, evidence_bits

RELATIVES: Final = "relatives"
GIVEN_NAME: Final = "given_name"
"""What tells one of a family from another: it weighs nothing against strangers."""
_COUNTED_ONCE: Final = "Relatives share a home, a phone and a name, so these count once"
_GROUP_COUNTED_ONCE: Final = (
    "Companies of one group share an address, a phone and a part of the name, so these count once"
)
_RULES: Final = {
    "place_time": "The places and the times overlap",
    "commodity": "The records name the same controlled commodity",
    "scheme": "The records are about the same scheme",
    "crime_type": "The records are about the same crime type",
}
_NOUNS: Final = {
    "name": "Names",
    "given_name": "Given names",
    "birth_date": "Birth dates",
    "sex": "Sexes",
    "nationality": "Nationalities",
    "birth_place": "Places of birth",
    "street": "Streets and house numbers",
    "city": "Cities",
    "postcode": "Postcodes",
    "country": "Countries of residence",
    "household": "Households",
    "employer": "Employers",
    "school": "Schools",
    "occupation": "Occupations",
}
_LEVELS: Final = {
    "exact": "agree",
    "close": "agree but for a slip or a spelling",
    "partial": "agree in part",
    "conflict": "disagree",
    "missing": "are not both known",
}
_DATES: Final = {
    ("exact", 0): "Years of birth agree, and no more is known",
    ("exact", 1): "Birth dates agree as far as both are known",
    ("exact", 2): "Birth dates agree to the day",
    ("exact", 3): "Birth dates agree, but on a first of January, which often stands for a year",
    ("exact", 4): "Birth dates agree, but on a day that programs write where none is known",
    ("close", 0): "Birth dates differ by two slips of the pen",
    ("close", 1): "Birth dates agree in two of day, month and year",
    ("close", 2): "Birth dates differ by one slip of the pen, or day and month change places",
    ("partial", 0): "Years of birth are one apart",
    ("partial", 1): "Birth dates agree in the day or the month alone",
    ("partial", 2): "Birth dates agree in the year alone",
    ("partial", 3): "Birth dates agree as far as the less precise one goes",
    ("partial", 4): "One birth date is a day that programs write where none is known",
    ("conflict", 0): "Birth dates disagree",
    ("conflict", 1): "Birth dates disagree by more than five years",
    ("conflict", 2): "Years of birth disagree, but one may be a guess",
    ("conflict", 3): "Years of birth disagree by more than ten, though one may be a guess",
}
_EFFECTS: Final = (
    (0.05, "says nothing either way"),
    (1.5, "speaks a little {}"),
    (4.0, "speaks {}"),
    (8.0, "speaks clearly {}"),
    (13.0, "speaks strongly {}"),
    (float("inf"), "speaks very strongly {}"),
)
"""Below so many bits, in either direction, it says so much."""
_COMMON_CLASS: Final = 3
"""A name of less than six bits: one in fifty bears it, or more."""
_RAREST_CLASS: Final = 15
_SHARED_NAME_CLASS: Final = 6
"""In a conflict of names: from here on what agrees tells as much as what does not."""


class Explanation(NamedTuple):
    """One piece of evidence; `bits` is None where there is no sum, only a rule.

    `decides` says that in the stream a rule makes a match of it, whatever the sum is.
    """

    attribute: str
    bits: float | None
    phrase: str
    decides: bool = False

    @property
    def sentence(self) -> str:
        """The phrase, and what it is worth."""
        if self.decides or self.bits is None:
            return f"{self.phrase}. That decides by itself."
        return f"{self.phrase}. That {effect(self.bits)} ({self.bits:+.2f} bits)."


def explain(evidence: Iterable[Evidence], weights: Weights = WEIGHTS) -> tuple[Explanation, ...]:
    """One sentence for each piece of evidence, what speaks loudest first.

    What relatives would agree on as well is taken off in a line of its own, so that the bits of all
    lines are those of the whole.
    """
    pieces = list(evidence)
    found = [explained(item, weights) for item in pieces if item.attribute != GIVEN_NAME]
    found += counted_once(pieces, weights)
    return tuple(sorted(found, key=lambda each: (not each.decides, -abs(each.bits or 0))))


def counted_once(
    evidence: Iterable[Evidence], weights: Weights = WEIGHTS
) -> tuple[Explanation, ...]:
    """What is taken off a sum because relatives would agree on it as well; () for nothing."""
    pieces = list(evidence)
    levels = [(each.attribute, each.level, each.frequency_class) for each in pieces]
    bits = round(weights.total(levels) - weights.apart(levels), 2)
    if not bits:
        return ()
    of_person = any(each.frequency_class < KIND_CLASSES for each in pieces)
    phrase = _COUNTED_ONCE if of_person else _GROUP_COUNTED_ONCE
    if any(each.attribute == GIVEN_NAME and each.level == "conflict" for each in pieces):
        phrase += "; given names disagree"
    return (Explanation(RELATIVES, bits, phrase),)


def effect(bits: float) -> str:
    """What a number of bits says for or against two records being one, in words."""
    words = next(words for most, words in _EFFECTS if abs(bits) < most)
    return words.format("for their being one" if bits > 0 else "against it")


def added_up(bits: float, weights: Weights = WEIGHTS) -> str:
    """The total of a link beside the one threshold, in words."""
    release = weights.release_bits
    enough = "enough" if bits >= release else "too little"
    return (
        f"Added up that is {bits:+.2f} bits. Liaison links two records from {release:+.2f} on, "
        f"for all data alike: {enough}, by {abs(bits - release):.2f}."
    )


def explained(item: Evidence, weights: Weights = WEIGHTS) -> Explanation:
    """One piece of evidence by itself."""
    if item.attribute in _RULES:
        crime = item.attribute == "scheme" and item.scheme == "crime_type"
        rule = _RULES["crime_type" if crime else item.attribute]
        return Explanation(item.attribute, None, rule, decides=True)
    bits = evidence_bits(item, weights)
    if item.attribute == "identifier":
        return Explanation("identifier", bits, _identifier(item), item.level == "exact")
    if item.attribute == "name":
        return Explanation("name", bits, _name(item))
    date = _DATES.get((item.level, item.frequency_class % KIND_CLASSES))
    if item.attribute == "birth_date" and date:
        return Explanation("birth_date", bits, date)
    noun = _NOUNS.get(item.attribute) or item.attribute.replace("_", " ").capitalize()
    shares = item.level == "conflict" and bits > 0
    said = "differ, but have words in common" if shares else _LEVELS[item.level]
    return Explanation(item.attribute, bits, f"{noun} {said}")


def _identifier(item: Evidence) -> str:
    name = scheme_words(item.scheme)
    if item.level == "exact":
        less = ", which counts for less because the names contradict"
        return (
            f"The same {name}{less if item.frequency_class % KIND_CLASSES >= CONTRADICTED else ''}"
        )
    how = "is another one" if item.level == "conflict" else "differs by a slip of the pen"
    return f"The {name} {how}"


def scheme_words(scheme: str) -> str:
    """A scheme as a person says it; one that is not known here by its own name and issuer."""
    known, _, free = scheme.partition(":")
    if known != OTHER or not free:
        return scheme.replace("_", " ")
    name, _, issuer = free.partition(":")
    return name.replace("_", " ") + (f" of {issuer.replace('_', ' ')}" if issuer else "")


def _name(item: Evidence) -> str:
    frequency_class = item.frequency_class % KIND_CLASSES
    if item.level == "conflict":
        if not frequency_class:
            return "Names have nothing in common"
        if frequency_class < _SHARED_NAME_CLASS:
            return "Names share a part, but each has another of its own"
        return "Names share most, but each has a part of its own"
    phrase = f"Names {_LEVELS[item.level]}"
    if frequency_class < _COMMON_CLASS:
        return f"{phrase}, and what agrees is very common"
    if frequency_class >= _RAREST_CLASS:
        return f"{phrase}, and fewer than one in a billion share what agrees"
    return f"{phrase}, and about one in {_one_in(frequency_class):,} share what agrees"


def _one_in(frequency_class: int) -> int:
    """How many there are to one that has it: the middle of its class, to one digit."""
    return int(float(f"{2 ** (CLASS_BITS * frequency_class + CLASS_BITS // 2):.1g}"))
