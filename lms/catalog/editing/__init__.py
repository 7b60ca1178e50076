"""The life of a lesson's text while it is written: every state it had, comparison, merging.

A revision is appended for each save and never changes. Saves that a page makes by itself share one
number for as long as one person goes on writing; the list of states shows the last of each number.
Published versions stand in the same list without being copied. What could not be saved, because
someone else wrote at the same time, is kept as a revision too: nothing typed is lost.
"""
