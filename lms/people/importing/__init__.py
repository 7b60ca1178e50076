"""People and their posts from a table: columns matched, a dry run, then exactly what it showed.

Owns the uploads on their way and what each uploader's headings mean. Invariants: nothing about
people changes before the confirmation, which is bound to what was shown and does all of it or
nothing; an empty cell changes nothing; nobody leaves because a file doesn't name them; the same
file a second time changes nothing.
"""
