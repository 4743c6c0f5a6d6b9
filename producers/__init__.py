"""How it gets in: agencies publish events that are complete, valid and signed.

Arrives: what an agency's system knows (Python values, NDJSON or CSV rows, a synthetic world).
Leaves: Avro-framed events on the agency's own topic, each with a receipt from the broker.
Read in this order: ``sdk`` (publish), ``adapters`` (files to events), ``world`` (synthetic, with known truth).

Must never happen: a receipt before the broker's acknowledgement; victim media, an intelligence record
without its predicate or a protected activity without nexus leaving the agency.
"""
