"""Moving a centre to another part of the network: what it means is shown before it is done.

The page stands here since it tells what rules say of certifications; see ``people.network.moving``.
"""
