"""What each kind of item means: a module for each, gathered in ``registry``.

A kind takes an authored item apart into what a candidate is shown and its scoring key, brings a raw
response into one form, and says what a response is worth. All of it is pure: no database, no page.
"""
