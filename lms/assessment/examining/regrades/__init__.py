"""Corrections of scoring keys after an exam, and the regrade that follows from one.

A correction is previewed first: whose result would change, from what to what. Applied, it is in
force at once for all that is scored from then on; earlier scores follow in portions, each in a
transaction of its own, and a new score is appended where the result changes. The preview and the
application agree, or the application is refused. Nothing is revoked here.
"""
