"""Deeds that need two people: one asks, another with the same permission agrees or refuses.

A request names its subject by kind and public id, the permission it needs and the parts of the
network it touches. It is decided once; who asked can withdraw it, never agree to it.
"""
