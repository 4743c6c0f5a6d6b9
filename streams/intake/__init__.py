"""What may enter: agency bytes become records, or go to quarantine with one reason.

Arrives: signed, framed events on the agencies' topics. Leaves: `record.v1`, keyed by record, with
the postings computed once; refusals on `quarantine.v1`, their bytes or only their digest kept.
Reading order: `core` (the checks in order, then the record), `content` (what a decoded event may
hold), `agent` (the stage).

Must never happen: bytes decoded before the guard has walked them; an event admitted without a
signature valid at its time; forbidden content kept anywhere; a refusal that stops the stream.
"""
