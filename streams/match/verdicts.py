"""Verdicts on one pair of entities: which of them stand, and which one counts. Pure."""

from collections.abc import Mapping

from schemas.link import Verdict

Versions = tuple[tuple[int, int], tuple[int, int]]
"""Posting versions of the left and the right end."""
Link = tuple[str, str]
"""References of the two entities, sorted."""
Verdicts = Mapping[Versions, Verdict]


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
