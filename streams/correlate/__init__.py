"""Which entities of different owners are the same: one pure library, and the stage that partitions it.

Arrives: posting blocks, keyed by blocking key. Leaves: verdicts on pairs, with comparison levels.
Reading order: `names` and `cells` (values made comparable), `features` and `keys` (an entity as it
is posted), `levels` (two entities compared), `weights` (what the comparison is worth), `reasons`
(the same in words), then `rows` and `core`, the stage.

Must never happen: a score that depends on the order of arrival, or on which side is left.
"""
