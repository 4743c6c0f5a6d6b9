"""Which entities of different owners are the same: a pure library, and the stage that splits it.

Arrives: posting blocks, keyed by blocking key. Leaves: verdicts on pairs, with comparison levels;
facts about common keys to each record that stands at them, on the record topic.
Reading order: `names` and `cells` (values made comparable), `keys`, `features` and `blob` (an
entity as it is posted), `similarity` and `levels` (two compared), `weights` (what that is worth),
`reasons` (the same in words), then `posted`, `crowds`, `core`, `rows` and `agent`, the stage.

Must never happen: a score that depends on the order of arrival, or on which side is left.
"""
