"""Verdicts on pairs of entities folded into matches between pairs of sides.

Arrives: verdicts on `link.v1`, keyed by the unordered pair of sides, late, twice, out of order.
Leaves: each changed match on `match.v1`: live with its supports, moved, or retracted.
Keeps, for ever, the undominated verdicts of every link: the no that bars a late yes too.
Reading order: `core` (the rules), `rows` (rows as bytes), `agent` (the stage).

Must never happen: two ids for one match; a match that lives by a verdict a later one has replaced.
"""
