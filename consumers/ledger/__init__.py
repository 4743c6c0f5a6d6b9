"""The accounting of disclosures (5 USC 552a(c)), as an RFC 6962 log.

Arrives: statements of notices about to go, in the transaction that decides them. Leaves: contiguous
numbers, signed checkpoints, the accounting report. Never: a byte to a recipient whose entry is not
sequenced; personal data in an entry.
"""
