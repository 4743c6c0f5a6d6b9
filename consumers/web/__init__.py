"""What all pages share: the page frame, the stylesheet, vendored files, headers, probes, streams.

Arrives: a page's template and values. Leaves: HTML, server-sent events, static files.
Never: an inline script or style, a file that is not in ``assets.json``, a request to another host.
"""
