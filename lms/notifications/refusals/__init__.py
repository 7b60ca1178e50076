"""Addresses that mail doesn't reach: refused by their server, or sent back by it later.

Whether an address bounces follows from the last mail to it whose fate is known. Those who keep the
person's record are told once for each address, in their inbox.
"""
