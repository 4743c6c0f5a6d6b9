"""Minimal sets of links that reach a class: one link with its evidence, or several. Pure.

`duplicate_investigation` (domain section 5), between two sides, from links of band `probable` or
better whose ends are both subjects of their records, in one of two ways:

- two shared subjects: two such links without an end in common, where neither subject of the one is
  linked to the other's counterpart too (it would be one subject, reported twice);
- subject, commodity and scheme: one such link whose two records name the same commodity code
  (ECCN, HTS, USML) and the same scheme: a crime type in common, or equal words in the scheme that
  both state.

Whether a set is one depends on its own ends alone, so that a link which a recipient may not know
of changes nothing about another set.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from hashlib import sha256
from itertools import combinations, product
from typing import Any, Final, Protocol

from schemas.digest import canonical_json
from schemas.link import EntityVersion, Evidence, Verdict, sorted_pair
from schemas.match import BANDS, MATCH_CLASSES, Band, Support, SupportLink
from streams.match.verdicts import Link

DUPLICATE: Final = "duplicate_investigation"
SUBJECT: Final = "subject"

MAX_SUBJECT_LINKS: Final = 32
MAX_DUPLICATES: Final = 64
"""Bounds on what two sides of a thousand shared subjects cost: the strongest are kept."""

_ID_DIGITS: Final = 32


class Reached(Protocol):
    """A minimal set of evidence that reaches a class, as the weights see it."""

    @property
    def match_class(self) -> str: ...  # noqa: D102 - see `schemas.match.Support`
    @property
    def band(self) -> Band: ...  # noqa: D102
    @property
    def bits(self) -> float: ...  # noqa: D102
    @property
    def evidence(self) -> tuple[Evidence, ...]: ...  # noqa: D102


Supports = Callable[[tuple[Evidence, ...]], Sequence[Reached]]
Margin = Callable[[tuple[Evidence, ...]], float]
"""What all evidence on a link is worth, in bits above (or below) the release threshold."""


def single(reached: Reached, verdict: Verdict) -> Support:
    """Give what one link reaches its lineage and its digest.

    The digest leaves out what depends on the order of arrival: re-postings and the publishing time
    of one content that came twice.
    """
    left_side, right_side = verdict.sides
    content = [
        reached.match_class,
        reached.band,
        [_facts(each) for each in reached.evidence],
        [_lineage(end) for end in (verdict.left, verdict.right)],
        [left_side, right_side],
    ]
    link = SupportLink(reached.evidence, verdict.left, verdict.right, left_side, right_side)
    return Support(digest(content), reached.match_class, reached.band, reached.bits, (link,))


def joined(match_class: str, parts: Sequence[Support], links: Sequence[SupportLink]) -> Support:
    """Make one support of several, all needed: as sure as the least sure of them."""
    band = min((part.band for part in parts), key=BANDS.__getitem__)
    bits = sum(part.bits for part in parts)
    content = [match_class, *(part.digest for part in parts)]
    return Support(digest(content), match_class, band, bits, tuple(links))


def duplicates(singles: Iterable[Support], linked: AbstractSet[Link]) -> list[Support]:
    """Return the supports of `duplicate_investigation` that singles of two sides make.

    `linked` are the pairs of entities that these sides have in common, whatever their class.
    """
    subjects = sorted(filter(_on_subjects, singles), key=strength)[:MAX_SUBJECT_LINKS]
    if not subjects:
        return []
    found = [support for each in subjects for support in _one_case(each)]
    for pair in combinations(subjects, 2):
        one, other = sorted(pair, key=lambda each: each.digest)
        first, second = one.links[0], facing(other.links[0], one.links[0].left_side)
        if _apart(first, second, linked):
            found.append(joined(DUPLICATE, (one, other), (first, second)))
    return sorted(found, key=strength)[:MAX_DUPLICATES]


def strength(support: Support) -> tuple[int, int, float, str]:
    """Return what orders supports, strongest first; the digest breaks ties."""
    rank = MATCH_CLASSES[support.match_class].rank
    return -rank, -BANDS[support.band], -support.bits, support.digest


def facing(link: SupportLink, left_side: str) -> SupportLink:
    """Return a link as read from a side, which is one of its two."""
    return link if link.left_side == left_side else link.flipped


def digest(content: Any) -> str:
    """Return 32 hex digits of the SHA-256 of canonical JSON."""
    return sha256(canonical_json(content)).hexdigest()[:_ID_DIGITS]


def _on_subjects(support: Support) -> bool:
    ends = support.ends
    return support.band != "possible" and all(end.version.role == SUBJECT for end in ends)


def _apart(one: SupportLink, other: SupportLink, linked: AbstractSet[Link]) -> bool:
    """Whether two links are about two subjects."""
    (left, right), (left_too, right_too) = _references(one), _references(other)
    return (
        left != left_too
        and right != right_too
        and sorted_pair(left, right_too) not in linked
        and sorted_pair(left_too, right) not in linked
    )


def _references(link: SupportLink) -> Link:
    return link.left.reference, link.right.reference


def _one_case(subject: Support) -> Iterator[Support]:
    """Yield a support for each commodity and scheme that the records of a link have in common."""
    (link,) = subject.links
    shared = (_common(link, "commodity"), _common(link, "scheme"))
    for evidence in product(*shared):
        content = [DUPLICATE, subject.digest, *(_facts(each) for each in evidence)]
        whole = SupportLink(
            (*link.evidence, *evidence), link.left, link.right, link.left_side, link.right_side
        )
        yield Support(digest(content), DUPLICATE, subject.band, subject.bits, (whole,))


def _common(link: SupportLink, attribute: str) -> list[Evidence]:
    """Return what both records say of their case, as evidence."""
    others = {each.fingerprint: each for each in link.right.facts if each.attribute == attribute}
    return [
        Evidence(
            attribute,
            fact.scheme,
            "exact",
            fact.fingerprint,
            fact.fingerprint,
            fact.path,
            others[fact.fingerprint].path,
            0,
        )
        for fact in link.left.facts
        if fact.attribute == attribute and fact.fingerprint in others
    ]


def _facts(evidence: Evidence) -> dict[str, str | int]:
    """Evidence as canonical JSON holds it: a fingerprint needs more bits than its integers have."""
    fingerprints = (evidence.left_fingerprint, evidence.right_fingerprint)
    return evidence.to_avro() | dict(
        zip(("fingerprint", "right_fingerprint"), map(str, fingerprints), strict=True)
    )


def _lineage(end: EntityVersion) -> list[str | int]:
    return [end.reference, end.version, end.digest.hex(), end.owner]
