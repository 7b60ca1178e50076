"""What follows when somebody's standing is made anew, or a day passes.

Invariants: each change of a label is appended once, whoever notices it; the courses that a
requirement lacks are joined or enrolled in once, by the obligation's date; a date that a person set
since is left alone; what somebody has opened is never taken back, it only loses its date.
"""
