"""The vault: records, matches, standings, outbox and ledger rows. Deliver alone writes it.

Arrives: rows of the rooms beside it. Leaves: rows; answers to operators (``queries``). Never:
opened by a process that serves partners' pages, whose rows stand in ``inbox``.
"""
