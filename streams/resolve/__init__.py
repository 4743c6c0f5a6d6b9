"""Entities behind records, for analysts: clusters, and links that fit in more than one place.

Arrives: edges on `graph.v1`, all on one partition. Leaves: changed entities on `entity.v1`: formed,
grown, merged, split, gone. Keeps: the edges in force and the entities last told of.
Reading order: `components` (edges to clusters), `core` (the rules), `rows`, `agent` (the stage).

Must never happen: a cluster as evidence for a match; an ambiguous link as a merge.
"""
