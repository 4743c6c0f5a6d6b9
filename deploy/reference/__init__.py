"""The reference, written from the code it describes and compared with it in every check.

Arrives: settings, topics, metrics, commands, event types, error classes. Leaves: the pages of
`deploy/docs/reference`. Never: a sentence that the code could contradict, a path of one machine.
"""
