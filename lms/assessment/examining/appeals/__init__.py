"""Appeals: a candidate objects to a question of a settled attempt, an examiner answers.

The examiner sees question, answer, key and the objection, but no name, before answering.
"""
