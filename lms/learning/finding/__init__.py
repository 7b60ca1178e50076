"""'Where was that?': finding a place in a lesson, and reading lessons of courses one isn't on.

One finds the lessons of the version one is on, and of all other courses those of the newest
published version; drafts never.
"""
