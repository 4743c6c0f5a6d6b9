"""The two databases of the consumers: the vault (deliver's alone) and the inbox (released rows).

Arrives: rows of the rooms beside it. Leaves: rows. Never: a join across the two files, or a vault
opened by a process that serves partners' pages.
"""
