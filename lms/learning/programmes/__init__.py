"""Programmes: ordered courses, some of them to choose between, for everyone in a post.

Invariants: a post has at most one programme in use; a course stands in one step of a programme; a
step of a programme is given to a person once for each time in the post, and what was given is added
and never changed. Terms count from the start of the post, or from the day on which the step came
into the programme, if that is later. A completed course counts as long as its certificate is valid
on the day the step is given. Whom HR withdrew from a course is not enrolled in it again.
"""
