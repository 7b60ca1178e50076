"""Who learns what, how far they are, and when it is complete.

Invariants: a person has at most one open enrolment in a course; an enrolment pins the course
version it began with; progress in a lesson never goes back; a completion is a fact with an
instant. Serves trainees, instructors and HR, and tells the domains above when a course is done.
"""
