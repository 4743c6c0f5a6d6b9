"""How fast, at what cost: figures of the running pipeline on the design's bench mix.

Reading order: `load` (what is published, at which rate), `cost` (CPU by process), `pipeline`.
Never: a figure without the command that printed it.
"""
