"""The REST API: what other systems read and do here, under ``/api/v1``.

Owns the tokens that open it and the answers it gave to idempotent requests. A token acts as its
owner, within the owner's part of the network as it is now, and only as far as its scopes go. Every
operation is declared once (``frame.operations``): the declaration serves it, validates it and
documents it. Serves HR systems, and whoever would otherwise copy lists by hand.
"""
