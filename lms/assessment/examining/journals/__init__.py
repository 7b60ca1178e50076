"""The last resort: answers that a browser kept and couldn't send, brought by hand as a file.

The file is bound to one attempt and sealed with that attempt's token. An import is shown first and
then confirmed with a reason; what it brings is marked as late, and what arrived meanwhile by itself
is recognised.
"""
