"""Verdicts on pairs of entities folded into matches between pairs of sides.

Arrives: verdicts and chains on `link.v1`, keyed by the unordered pair of sides, late, twice, out of
order; a request to assess all again under new weights.
Leaves: each changed match on `match.v1`: live with its supports, moved, or retracted; each changed
link, as an edge, on `edge.v1` and `graph.v1`.
Keeps, for ever, the undominated verdicts of every link: the no that bars a late yes too.
Reading order: `keys`, `verdicts`, `supports` (sets of links that reach a class), `core` (the
rules), `rows` (rows as bytes), `edges`, `agent` (the stage).

Must never happen: two ids for one match; a match that lives by a verdict a later one has replaced.
"""
