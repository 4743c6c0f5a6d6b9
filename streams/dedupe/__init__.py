"""Which version of a record is in force, and what must be posted because of it.

Arrives: record versions on `record.v1`, keyed by record, late, twice and out of order; facts about
common keys from correlate, on the same topic, so that one posting version has one list.
Leaves: the record's postings on `posting.v1`, whole, at each new version; version conflicts on
`quarantine.v1`. Keeps one row per record, for ever: a late replay of a withdrawn record stays dead.
Reading order: `core` (the rules), `lists` (which keys), `postings` (to whom), `state`, `rows` (a
row as bytes), `agent` (the stage).

Must never happen: a partition on which an entity stands and that isn't told of the new one.
"""
