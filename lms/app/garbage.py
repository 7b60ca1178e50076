"""When a process looks for garbage: seldom while it serves, the same under every server."""

import gc
from functools import cache

THRESHOLDS = (20_000, 20, 50)  # new objects; collections of the younger ones


def look_again() -> None:
    """Let the collector work once the application is made, but not on what a start brought.

    Its first look at all that would take a tenth of the start. Applications that are made later, as
    tests do, may become garbage.
    """
    _keep_what_the_start_brought()
    gc.enable()


@cache  # once in a process
def _keep_what_the_start_brought() -> None:
    gc.freeze()


def look_seldom() -> None:
    """Look for garbage less often from now on, and never among what is there already.

    Called once the application is loaded: what was imported lives as long as the process, and to
    look it through again and again would cost up to a fifth of a request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
