"""Batch transport: Kafka batches into pure stage functions and back, without losing an effect.

Arrives: one fetch of one partition, as a sequence of messages (`batch.Message`).
Leaves: the outputs of the stage, its state in a compacted changelog, then the source offset.
Never: state before its outputs are acknowledged; an offset before its state; a send nobody awaits.

Reading order: `batch` (what a stage sees), `tables` (rows in memory or on disk), `changelog`
(durable state, fenced), `runner` (the durability order, poison), `lanes` (one partition's book),
`consumer`, `fetch`, `recovery` and `producer` (the Faust driver), `topics` (what is refused at
the start), `watchdog` (crash rather than stall), `app` (one Faust app for one stage), `health` and
`metrics` (what an operator sees). Every failure path stands in `deploy/decisions/0002`.
"""
