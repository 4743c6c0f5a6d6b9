"""Who gets it: each match becomes, for each recipient, a standing and perhaps a notice.

Arrives: records and matches from the stream; agreements and the party register.
Leaves: notices and recalls to inboxes and webhooks, each accounted in the ledger before it leaves.
Read in this order: ``sharing`` (may this be known, and which fields: pure), ``store`` (vault),
``ledger`` (accounting), ``delivery`` (decide again, send), ``inbox`` (what was released),
``portal`` (pages for attaches, no way to the vault), ``desks`` (pages for operators), ``web``
(assets).

Must never happen: bytes on a socket without a sequenced ledger entry; a send without deciding
again; anything shown to a recipient that its own releasable support does not hold.
"""
