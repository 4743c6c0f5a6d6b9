"""Pages for those who run the pipeline and those who watch over it, apart from attaches' pages.

Arrives: figures and, in desks of later issues, decisions. Leaves: pages on loopback.
Never: a payload, a record's or notice's id, or who was told what, on the operators' table.
"""
