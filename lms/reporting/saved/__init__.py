"""Lists kept under a name: what a list is narrowed to, for its owner to open again.

Only the address's values are kept, never rows: whoever opens it sees what they may see then. A name
is given once by each owner.
"""
