"""From verdicts to matches, for one pair of sides at a time (design section 2, "Match identity").

Pure: which match is live, moved or retracted, and by which supports, follows from the undominated
verdicts and the chains in force alone, in whatever order they came.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from schemas.chain import CHAIN_KINDS, Chain, Edge
from schemas.lead import Lead, propose_lead
from schemas.link import Verdict, sorted_pair
from schemas.match import MATCH_CLASSES, MatchStatus, Support
from streams.match.keys import MatchKey, Sides, match_key
from streams.match.supports import (
    DUPLICATE,
    Margin,
    Supports,
    digest,
    duplicates,
    single,
    strength,
)
from streams.match.verdicts import Link, Verdicts, link_of, standing_verdict, undominated

MAX_SUPPORTS: Final = 256
"""Supports a match lists, strongest first: two sides of a thousand people share a message."""


class Claim(NamedTuple):
    """What the standing verdict on one link says about one match."""

    supports: tuple[Support, ...]
    """Empty for a link that moved."""
    successor: str | None
    quiet: tuple[Support, ...] = ()
    """What the link would support, but that only a split key brings its ends together."""


class Known(NamedTuple):
    """What was last said of a match, and the offset of the link message that made it so."""

    version: str
    match_class: str
    order: int = -1


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

    @property
    def lead(self) -> Lead | None:
        """Who might lead, where two investigate one thing."""
        if self.match_class != DUPLICATE or not self.supports:
            return None
        return propose_lead(each for each in self.supports if each.match_class == DUPLICATE)


@dataclass(slots=True)
class PairOfSides:
    """All that is known between two sides."""

    sides: Sides
    supports: Supports
    weights_version: str
    margin: Margin
    links: dict[Link, Verdicts] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    """By match id: what has been emitted."""
    claims: dict[MatchKey, dict[Link, Claim]] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)

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
        return touched | dict.fromkeys(self._networks) if touched else touched

    def follow(self, chain: Chain) -> Iterable[MatchKey]:
        """Take what is said of a chain; return the matches it may have changed.

        INVARIANT: one partition writes all that is said of a chain, so the highest order counts.
        """
        known = self.chains.get(chain.id)
        if known is not None and known.order >= chain.order:
            return ()
        self.chains[chain.id] = chain
        return (MatchKey("network", self.sides, (chain.kind,)),)

    def edge(self, link: Link) -> Edge | None:
        """Return what analysts' stages hear of a link, None of one never heard of.

        Operations that overlap make no entity and no chain: such a link has no bits.
        """
        if link not in self.links:
            return None
        verdict = standing_verdict(self.links[link])
        claim = self.claims.get(MatchKey("identity", self.sides), {}).get(link)
        reached, quiet = (claim.supports, claim.quiet) if claim is not None else ((), ())
        return Edge(
            sides=verdict.sides,
            left=verdict.left,
            right=verdict.right,
            bits=self.margin(verdict.evidence) if reached else None,
            supports=tuple(each for each in reached if each.band != "possible"),
            quiet=tuple(each for each in quiet if each.band != "possible"),
            order=0,
            published_ms=verdict.published_ms,
        )

    def everything(self) -> Iterable[MatchKey]:
        """Return every match that may be live or known, after the weights have changed."""
        keys = {*self.claims, *self._networks}
        for verdicts in self.links.values():
            verdict = standing_verdict(verdicts)
            keys |= {match_key(each.family, self.sides, verdict) for each in MATCH_CLASSES.values()}
        return [key for key in sorted(keys) if key in self.claims or key.id in self.known]

    def forget(self, key: MatchKey) -> None:
        """Tell of a match again, whatever was said of it.

        Two weights may have told of it at one offset, before and after a crash.
        """
        known = self.known.get(key.id)
        if known is not None:
            self.known[key.id] = known._replace(version="")

    def doubt(self, key: MatchKey, order: int) -> None:
        """Note that a match may have been told of, though nothing is known of it."""
        lowest = min(
            (each for each in MATCH_CLASSES.values() if each.family == key.family),
            key=lambda each: each.rank,
        )
        self.known[key.id] = Known("", lowest.name, order)

    def assess(self, key: MatchKey, order: int = 0) -> Assessment | None:
        """What is to be said of a match, None where that has been said or nobody ever heard of it.

        A match is live while the standing verdict on any of its links is yes. `order` is the
        offset of the message that asks; what is told is known from then on.
        """
        claims = self.claims.get(key, {}).values()
        singles = [support for claim in claims for support in claim.supports]
        found = _strongest(self._found(key, singles))
        quiet = _strongest(self._quiet(key, singles))
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
        version = digest(content)
        if known is not None and known.version == version:
            return None
        self.known[key.id] = Known(version, match_class, order)
        return Assessment(key, status, match_class, found, successor, version, quiet)

    @property
    def _networks(self) -> list[MatchKey]:
        if not self.chains:
            return []
        return [MatchKey("network", self.sides, (kind,)) for kind in CHAIN_KINDS]

    def _found(self, key: MatchKey, singles: list[Support]) -> list[Support]:
        if key.family == "network":
            return self._chained(key, attrgetter("supports"))
        if key.family == "identity":
            return [*singles, *duplicates(singles, self._linked)]
        return singles

    def _quiet(self, key: MatchKey, singles: list[Support]) -> list[Support]:
        """Supports with a link that is quiet, and those that it would make with others."""
        if key.family == "network":
            return self._chained(key, attrgetter("quiet"))
        claims = self.claims.get(key, {}).values()
        quiet = [support for claim in claims for support in claim.quiet]
        if not quiet or key.family != "identity":
            return quiet
        live = {support.digest for support in duplicates(singles, self._linked)}
        several = duplicates([*singles, *quiet], self._linked)
        return [*quiet, *(each for each in several if each.digest not in live)]

    @property
    def _linked(self) -> AbstractSet[Link]:
        claims = self.claims.get(MatchKey("identity", self.sides), {})
        return {link for link, claim in claims.items() if claim.supports}

    def _chained(self, key: MatchKey, of: Callable[[Chain], tuple[Support, ...]]) -> list[Support]:
        """Supports of the chains of one kind; two ends that are linked themselves need no chain."""
        linked, found = self._linked, {}
        for chain in self.chains.values():
            for support in of(chain) if (chain.kind,) == key.apart else ():
                ends = support.links[0].left.reference, support.links[-1].right.reference
                if sorted_pair(*ends) not in linked:
                    found[support.digest] = support
        return list(found.values())

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
                found[key] = Claim((), None, (*others, single(reached, verdict)))
            elif verdict.successor is not None:
                heir = match_key(family, sorted_pair(*verdict.successor), verdict)
                found[key] = Claim((), heir.id)
            else:
                others = found[key].supports if key in found else ()
                found[key] = Claim((*others, single(reached, verdict)), None)
        return found


def _strongest(supports: Iterable[Support]) -> tuple[Support, ...]:
    return tuple(sorted(supports, key=strength)[:MAX_SUPPORTS])
