"""From verdicts to matches, for one pair of sides at a time (design section 2, "Match identity").

Pure: which match is live, moved or retracted, and by which supports, follows from the undominated
verdicts alone, in whatever order they came.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from schemas.digest import canonical_json
from schemas.link import EntityVersion, Evidence, Verdict, sorted_pair
from schemas.match import MATCH_CLASSES, Band, Family, MatchStatus, Support

MAX_SUPPORTS: Final = 256
"""Supports a match lists, strongest first: two sides of a thousand people share a message."""

_ID_DIGITS: Final = 32

Sides = tuple[str, str]
Versions = tuple[tuple[int, int], tuple[int, int]]
"""Posting versions of the left and the right end."""
Link = tuple[str, str]
"""References of the two entities, sorted."""
Verdicts = Mapping[Versions, Verdict]


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


class MatchKey(NamedTuple):
    """What one match is one for: a pair of sides; for `space_time` a pair of records, too."""

    family: Family
    sides: Sides
    records: tuple[str, ...]

    @property
    def id(self) -> str:
        """The match id: 32 hex digits, a function of this key alone."""
        parts = (self.family, *self.sides, *self.records)
        return sha256("\x00".join(parts).encode()).hexdigest()[:_ID_DIGITS]


class Claim(NamedTuple):
    """What the standing verdict on one link says about one match."""

    supports: tuple[Support, ...]
    """Empty for a link that moved."""
    successor: str | None
    quiet: tuple[Support, ...] = ()
    """What the link would support, but that only a split key brings its ends together."""


class Known(NamedTuple):
    """What was last said of a match."""

    version: str
    match_class: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is to be said of a match now; `version` is the digest of all the rest."""

    key: MatchKey
    status: MatchStatus
    match_class: str
    supports: tuple[Support, ...]
    successor: str | None
    version: str
    quiet: tuple[Support, ...]


@dataclass(slots=True)
class PairOfSides:
    """All that is known between two sides."""

    sides: Sides
    supports: Supports
    weights_version: str
    links: dict[Link, Verdicts] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    """By match id: what has been emitted."""
    claims: dict[MatchKey, dict[Link, Claim]] = field(default_factory=dict)

    def hear(self, verdict: Verdict) -> Iterable[MatchKey]:
        """Take a verdict; return the matches it may have changed."""
        link = link_of(verdict)
        self.links[link] = undominated(self.links.get(link, {}), verdict)
        return self.restore(link)

    def restore(self, link: Link) -> Iterable[MatchKey]:
        """Derive the claims of a link from its verdicts; return the matches concerned."""
        touched = {key: None for key, claims in self.claims.items() if claims.pop(link, None)}
        for key, claim in self._claims(standing_verdict(self.links[link])).items():
            self.claims.setdefault(key, {})[link] = claim
            touched[key] = None
        return touched

    def assess(self, key: MatchKey) -> Assessment | None:
        """What is to be said of a match, None where that has been said or nobody ever heard of it.

        A match is live while the standing verdict on any of its links is yes.
        """
        claims = self.claims.get(key, {}).values()
        found = _strongest(support for claim in claims for support in claim.supports)
        quiet = _strongest(support for claim in claims for support in claim.quiet)
        known = self.known.get(key.id)
        successor: str | None = None
        status: MatchStatus
        if found:
            status, match_class = "live", found[0].match_class
        elif known is None:
            return None
        else:
            successor = min((c.successor for c in claims if c.successor), default=None)
            status, match_class = "moved" if successor else "retracted", known.match_class
        content: list[str] = [key.id, status, successor or ""]
        if found:  # The class that a match had is no content of one that is live no more.
            content += [match_class, self.weights_version, *(each.digest for each in found)]
        if quiet:
            content += ["quiet", *(each.digest for each in quiet)]
        version = _digest(content)
        if known is not None and known.version == version:
            return None
        self.known[key.id] = Known(version, match_class)
        return Assessment(key, status, match_class, found, successor, version, quiet)

    def _claims(self, verdict: Verdict) -> dict[MatchKey, Claim]:
        """What one standing verdict says, by match."""
        if verdict.verdict == "no" and verdict.cause != "split":
            return {}
        found: dict[MatchKey, Claim] = {}
        for reached in self.supports(verdict.evidence):
            family = MATCH_CLASSES[reached.match_class].family
            key = match_key(family, self.sides, verdict)
            if verdict.verdict == "no":
                others = found[key].quiet if key in found else ()
                found[key] = Claim((), None, (*others, support_of(reached, verdict)))
            elif verdict.successor is not None:
                heir = match_key(family, sorted_pair(*verdict.successor), verdict)
                found[key] = Claim((), heir.id)
            else:
                others = found[key].supports if key in found else ()
                found[key] = Claim((*others, support_of(reached, verdict)), None)
        return found


def _strongest(supports: Iterable[Support]) -> tuple[Support, ...]:
    found = sorted(supports, key=lambda s: (-MATCH_CLASSES[s.match_class].rank, s.digest))
    return tuple(found[:MAX_SUPPORTS])


def undominated(verdicts: Verdicts, heard: Verdict) -> Verdicts:
    """The verdicts that none of the others replaces, the one just heard among them.

    One verdict dominates another when neither of its ends is older. INVARIANT: dominance is the
    only way for a verdict to go; a no stays, else a late yes about older versions would be news.
    """
    left, right = versions = versions_of(heard)
    if any(x >= left and y >= right and (x, y) != versions for x, y in verdicts):
        return verdicts
    kept = {v: each for v, each in verdicts.items() if not (left >= v[0] and right >= v[1])}
    kept[versions] = heard
    return kept


def standing_verdict(verdicts: Verdicts) -> Verdict:
    """The verdict that counts: a yes before a moved before a no, then the newest.

    More than one is undominated only while verdicts on newer versions are still under way.
    """
    order = ("no", "moved", "yes")
    return max(verdicts.items(), key=lambda item: (order.index(item[1].verdict), item[0]))[1]


def link_of(verdict: Verdict) -> Link:
    """Which two entities a verdict is on."""
    return verdict.left.reference, verdict.right.reference


def versions_of(verdict: Verdict) -> Versions:
    """Posting versions of the two ends."""
    left, right = verdict.left, verdict.right
    return (left.version, left.reposting), (right.version, right.reposting)


def match_key(family: Family, sides: Sides, verdict: Verdict) -> MatchKey:
    """Return what a match of this family between these sides is one for."""
    if family == "space_time":
        return MatchKey(family, sides, sorted_pair(verdict.left.record, verdict.right.record))
    return MatchKey(family, sides, ())


def support_of(reached: Reached, verdict: Verdict) -> Support:
    """Give a support its lineage and its digest.

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
    return Support(
        digest=_digest(content),
        match_class=reached.match_class,
        band=reached.band,
        bits=reached.bits,
        evidence=reached.evidence,
        left=verdict.left,
        right=verdict.right,
        left_side=left_side,
        right_side=right_side,
    )


def _facts(evidence: Evidence) -> dict[str, str | int]:
    """Evidence as canonical JSON holds it: a fingerprint needs more bits than its integers have."""
    fingerprints = (evidence.left_fingerprint, evidence.right_fingerprint)
    return evidence.to_avro() | dict(
        zip(("fingerprint", "right_fingerprint"), map(str, fingerprints), strict=True)
    )


def _lineage(end: EntityVersion) -> list[str | int]:
    return [end.reference, end.version, end.digest.hex(), end.owner]


def _digest(content: Sequence[object]) -> str:
    return sha256(canonical_json(content)).hexdigest()[:_ID_DIGITS]
