"""Everything that is held about one person, told to them: as JSON for machines and as PDF.

Each domain says what its tables hold about people (``parts``): rows about them, and what they did
for others. A test finds tables that name people and are neither told nor set aside with a reason.
What is told is an allow-list of columns: no secrets, no scoring keys, nobody else's name.
"""
