"""How it runs: the composition root. Alone imports all other rooms and reads the environment.

Arrives: settings (environment, flags). Leaves: running processes, topics, reports.
Read in this order: ``settings``, ``local`` (broker and processes on one machine), ``cli`` (the
command ``liaison``), ``worker`` and ``pipeline`` (every stage as a process), ``rehearsal`` (all
of it among synthetic parties), ``observation`` (what really happened), ``demo``, ``real``,
``bench``; beside them ``trust`` (register, keys, secrets), ``cluster`` (topics), ``explanation``,
``machine`` and ``reference`` (generated pages).

Must never happen: a listening socket beyond loopback, a process that outlives the one it serves,
a figure that was not read from topics and stores.
"""
