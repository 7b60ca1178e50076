"""When a process looks for garbage: seldom while it serves, the same under every server."""

import gc

THRESHOLDS = (20_000, 20, 50)  # new objects; collections of the younger ones


def look_again() -> None:
    """Let the collector work once the application is made, but not on what a start brought.

    Its first look at all that would take a tenth of the start. Applications that are made later, as
    tests do, may become garbage.
    """
    if not gc.get_freeze_count():
        gc.freeze()
    gc.enable()


def look_seldom() -> None:
    """Look for garbage less often from now on, and never among what is there already.

    Called once the application is loaded: what was imported lives as long as the process, and to
    look it through again and again would cost up to a fifth of a request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
