"""What everything that is served shares: signed tokens, rates, sizes, origins, headers, files.

The modules are pure but for ``secret`` (a file), ``static`` (a folder) and ``sanic`` glue in
``serving``; whoever serves pages or an API takes them from here, so that a rule is in one place.
"""
