"""The second factor of signing in: a code that an authenticator app shows (TOTP, RFC 6238).

Anyone may set one up for their own account; who holds a role that ``LMS_SECOND_FACTOR_ROLES`` names
has to. The secret lies sealed in the database, a code counts once, and ten recovery codes, of which
only hashes are kept, help when the phone is lost. Between password and code a browser holds a
signed note for a few minutes and no session.
"""
