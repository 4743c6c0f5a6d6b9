"""How fast, at what cost, how good: figures of the running pipeline and of the correlation core.

The pipeline: `cost` (CPU by process), `pipeline`. Match quality: `sets` (what is measured), `pairs`
and `mappings` (how it is read), `measure` (F1, AUC), `correlation` and `naming` (ours), `rivals`
and `peers` (theirs), `quality`, `table`. Speed of the core: `people` (invented), `pair_speed`,
`speed`, `speed_table`. Never: a figure without the command that printed it.
"""
