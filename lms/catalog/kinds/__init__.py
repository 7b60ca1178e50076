"""The closed set of activity kinds: what each states, and what must come before what.

Each kind beside lessons and exams has its details here (a dataclass that reads itself from a
course's file or a row and writes itself there), a form in ``catalog.authoring.activity_forms`` and
templates named after it; ``test_kinds`` finds any that is missing.
"""
