"""The lists of certification as tables: the registry, and the people behind the board's numbers.

Each takes a viewer and the values of the list's address, so that it can be made for the person who
looks at the page and, later, for those to whom it is mailed: each gets what they may see.
"""
