"""The main job end to end on this machine: a world is published, the pipeline runs, truth is asked.

Arrives: a seeded world and its truth. Leaves: tables for people, one JSON object for machines.
Reading order: `run` (what happens when), `observe` (read topics and stores), `tally` (the account),
`report` (what people see).
"""
