"""The way in for many people at once: accounts, and cards with one-time passwords to hand out.

An administrator chooses a part of the network. Who works there and has no account gets one, which
is signed in with by the personnel number; whoever has not chosen a password yet gets a one-time
one on a card, or a link by mail. Passwords leave in one file and are kept as hashes alone: who
loses the file makes another, and the former passwords end.
"""
