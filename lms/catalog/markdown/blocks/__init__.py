"""The ``:::`` blocks of lessons: a closed set, each with a module that prepares and examines it.

``names`` has the set and the grammar of a block's first line; ``registry`` maps each name to its
``BlockType``; ``container`` is the one parser rule behind them all.
"""
