"""A broker and its workers on one bare machine, without containers and without root.

Arrives: settings. Leaves: a Kafka address on loopback, and child processes that end with their
parent. Never: a listener beyond loopback, a process that outlives its owner unnoticed, a file
outside the state folder and the download cache.
"""
