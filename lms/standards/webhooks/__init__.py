"""Webhooks: other systems are told what happened here, signed, as often as it takes.

What is to be told is a row written in the transaction in which it happened; a job delivers it after
commit and tries again with growing pauses. The receiver knows us by the signature (Standard
Webhooks), a repetition by the message's id. A hook tells of people in the part of the network that
its owner looks after at that moment.
"""
