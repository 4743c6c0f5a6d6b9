"""The inbox: what offices were told, as rows deliver writes and pages read.

Arrives: notices and recalls that an attempt was begun for; acknowledgements of officers.
Leaves: an office's own rows. Never: a row of another office, content that was taken back.
"""
