"""Chains between sides of different owners that no link joins, through what both are linked to.

Arrives: edges on `edge.v1`, once for each of their two records. Leaves: chains on `link.v1`, to the
partition of their pair of sides, where `match` makes the matches. Keeps: the edges in force of each
record of its partitions, and which chains it has told of.
Reading order: `core` (the rules), `rows` (rows as bytes), `agent` (the stage).

Must never happen: a chain with a hop that stands no more; a hub that joins everybody.
"""
