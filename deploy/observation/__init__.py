"""What really happened, read from topics and stores alone; no process is asked to count.

Arrives: a broker address, the vault and inbox files. Leaves: distinct ids.
Never: a figure from a process counter, a payload.
"""
