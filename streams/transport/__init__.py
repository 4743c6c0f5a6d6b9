"""Batch transport: Kafka batches into pure stage functions and back, without losing an effect.

Arrives: one fetch of one partition, as a sequence of messages (`batch.Message`).
Leaves: the outputs of the stage, its state in a compacted changelog, then the source offset.
Never: state before its outputs are acknowledged; an offset before its state; a send nobody awaits.

Reading order: `batch` (what a stage sees), `changelog` (durable state, fenced), `runner` (the
durability order, poison), `consumer` and `producer` (the Faust driver), `app` (one Faust app for
one stage), `health` and `metrics` (what an operator sees).
"""
