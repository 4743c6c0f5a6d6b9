"""How it runs: the composition root. The only room that imports all others and reads the environment.

Arrives: settings (environment, flags). Leaves: running processes, topics, reports.
Read in this order: ``settings``, ``local`` (broker and processes on one machine), ``cli`` (the command
``liaison``), ``pipeline`` (every stage as a process), ``demo``, ``real``, ``bench``.

Must never happen: a listening socket beyond loopback, a process that outlives the one it serves,
a figure that was not read from topics and stores.
"""
