"""What all who sit an exam ask alike, made once: statements, papers, questions as HTML.

What is kept here in memory never changes, tells no right answer and names nobody.
"""
