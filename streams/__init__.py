"""What happens to it: agency bytes become records, postings, verdicts and matches.

Arrives: signed, Avro-framed events on the agencies' topics.
Leaves: matches between two sides on ``match.v1``; refused bytes on ``quarantine.v1``.
Read in this order: ``transport`` (one batch of one partition at a time, under Faust), ``intake``,
``dedupe``, ``correlate``, ``match``; ``app`` wires them. ``blocks`` and ``poison`` are what stages
share: many small things in one message, and quarantine records.

Must never happen: state that is durable before the outputs it stands for; a pair scored at two
keys, or lost between two; a withdrawal forgotten; a payload in a key, a log line or a metric.
"""
