"""Scenarios: rules of sharing as stories that a lawyer can read and a machine can run.

Arrives: a folder with `scenario.yaml` and perhaps `counter.yaml`. Leaves: which expectations held,
in process (`--fast`) or through broker, stages and stores, by one clock that the story advances.
Never: a real party's register, key or record. The format: deploy/runbooks/scenarios.md.
"""
