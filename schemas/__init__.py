"""Room 0, the words everybody shares: contracts, codec, identifiers, and the pure kit.

Arrives: `.avsc` files, the schema lock, bytes on topics, the signed party register.
Leaves: decoded events, canonical identifiers, digests, signatures, matches and notices as values.
Never: imports another room; decodes foreign bytes that the guard has not walked; resolves a
schema that a message merely names; puts a payload value into an error; reads a clock.

Reading order: `errors`, `catalogue`, `topics`, `headers`; `avro/` with `sources`, `registry`,
`compatibility`; `lint`, `guard`, `codec`; `event`, `record`, `marking`, `identifiers`, `party`;
`link`, `match`, `notice`; `digest`, `fingerprint`, `merkle`, `signing`; `document`, `countries`,
`clock`, `metrics`.
"""
