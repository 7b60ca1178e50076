"""Messages to learners about what others changed for them.

Invariant: what is changed for one person within an hour is one message and one mail.
"""
