"""How seldom a serving process looks for garbage; the same under every server."""

import gc

THRESHOLDS = (20_000, 20, 50)  # new objects; collections of the younger ones


def look_seldom() -> None:
    """Look for garbage less often from now on, and never among what is there already.

    Called once the application is loaded: what was imported lives as long as the process, and to
    look it through again and again would cost up to a fifth of a request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
