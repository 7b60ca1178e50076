"""Delta trainings: when a fact changes, the people who learnt the old one are told in five minutes.

A fact's change has at most one training: what was, what is now, and a check of one to three
questions. Published, it goes to the people whom the change touches: who is on, or completed, a
version of a course that taught the fact before, and who domains above add (holders of
certificates). Each gets one assignment, whatever is asked how often. Answers are added and never
changed; the one that is right completes the assignment. A training whose fact has changed again
asks nothing of anybody.
"""
