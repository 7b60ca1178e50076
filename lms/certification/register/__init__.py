"""The issue register: a Merkle log in the shape of RFC 6962, with signed checkpoints.

Each certificate has one entry; its leaf commits to the record with a random salt. Revocation is no
part of it: the register says what was issued. Destroying a salt (when a person is erased) leaves
every root as it was and makes the leaf say nothing. A checkpoint kept outside proves, against the
register of any later day, that nothing before it was altered, removed or put in between.
"""
