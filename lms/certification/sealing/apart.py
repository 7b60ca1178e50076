"""Calling pyHanko from wherever the caller stands."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """Return what ``work`` returns, called in a thread of its own; its errors are raised here.

    pyHanko starts an event loop for each call, which a thread that already runs one refuses.
    """
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(work).result()
