"""Moving people who are on a course to its newer version.

An order says that everyone should go on with a version; each move of an enrolment is a fact that
is added once and never changes, and the enrolment's version equals its last move. What was read
stays read in lessons whose text and figures are the same in the language in which they were read; a
changed lesson begins anew. Parts of other kinds (a class, a list of steps) stay done when the newer
version has them by the same key. Somebody whose exam is under way stays until it is settled.
Whoever has completed the course is not moved.
"""
