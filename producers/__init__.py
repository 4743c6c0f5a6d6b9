"""Room 1, how it gets in: agencies' words become signed events on their own topics.

Arrives: what agencies hold (a call of the SDK, a file, or the simulated world).
Leaves: signed, framed Avro on `liaison.agency.<code>.<kind>.v1`, keyed by record, with a receipt
after the broker's acknowledgement.
Never: an acknowledged event that is not on the topic; forbidden content sent knowingly (no
predicate, protected activity, victim media); a byte of an event that fails local validation.

    sdk/        publish, validate, sign; the only part that partners install
    adapters/   files with a mapping become events
    world/      a seeded world of agencies with its truth, for demo, tests and bench
"""
