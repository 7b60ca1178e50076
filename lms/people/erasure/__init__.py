"""Erasing a person: what goes, what loses the name, what stays and by which rule.

Each domain says what it holds of a person and how that goes (``holdings``); a test finds tables
that name people and are in none of them. Classes of retention are data: ``classes.toml`` and what
an administrator changed since. The dry run reads everything in one statement; what was shown is
what a second person agrees to and what the job then does, step by step, each in a transaction of
its own. The row of the person stays without a name: what others did together with them, the log of
audit and the issue register still hold.
"""
