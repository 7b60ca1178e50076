"""Files on their way into the media library, piece by piece, over connections that break.

Spoken is the core of tus 1.0 (https://tus.io/protocols/resumable-upload) with its extensions
creation, termination and expiration, at addresses of the draft. Invariants: only who began an
upload goes on with it; what was acknowledged is in the store; pieces follow one another without gap
or overlap; a file is looked at when it is whole, by the same code as one that a form brings.

Pieces lie in the store for files, at a place of their upload's own, and their rows in the database:
any server that shares the two takes the next piece. What stays unfinished goes after some days.
"""
