"""Receipts: what a candidate keeps of a sitting, signed by the installation.

A receipt says what was asked, what was answered when, how it was scored, and the end of the log's
hash chain, so that the log can't be written anew unseen. It holds no scoring key and, unless the
exam's policy shows them, not what each question earned. Anyone can check it, also without the site.
"""
