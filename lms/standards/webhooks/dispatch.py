"""Sending what is due: several at the same time, so that no receiver waits for another one.

Threads do nothing but send; what they are given and what came of it is written by the one that
directs them, each step a transaction of its own.
"""

import threading
from collections import Counter
from queue import Empty, SimpleQueue

from lms.core import clock, jobs
from lms.core.settings import Settings
from lms.core.unit_of_work import only_reading, unit_of_work
from lms.standards.webhooks import queries, services
from lms.standards.webhooks.sending import Outcome, send
from lms.standards.webhooks.services import Parcel

# Messages on their way from one process: in all, and to one hook.
AT_ONCE, TO_ONE_HOOK = 64, 8
LOOK_SECONDS = 1.0  # while all that are on their way take long


class Dispatch:
    """The messages that a process has on their way."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.under_way: Counter[int] = Counter()  # by hook
        self.answers: SimpleQueue[tuple[Parcel, Outcome]] = SimpleQueue()

    def run(self) -> None:
        """Send until nothing is due; when the process is to stop, until what is sent has ended."""
        while True:
            if not jobs.is_ending():
                self._send_due()
            if not self.under_way.total():
                return
            self._note()

    def _send_due(self) -> None:
        with only_reading():
            hooks = queries.hooks_with_due(clock.now())
        among = len({*hooks, *self.under_way}) or 1
        share = min(TO_ONE_HOOK, max(1, AT_ONCE // among))
        for hook_id in hooks:
            free = AT_ONCE - self.under_way.total()
            most = min(share, self.under_way[hook_id] + free)
            if self.under_way[hook_id] < most:
                self._send_to(hook_id, most)

    def _send_to(self, hook_id: int, most: int) -> None:
        with unit_of_work():
            parcels = services.take(
                hook_id=hook_id,
                most=most,
                under_way=self.under_way[hook_id],
                now=clock.now(),
                settings=self.settings,
            )
        for parcel in parcels:
            self.under_way[hook_id] += 1
            # Not a pool's: those are waited for at the process's end.
            threading.Thread(target=self._send, args=[parcel], daemon=True).start()

    def _send(self, parcel: Parcel) -> None:
        outcome = Outcome(None, "connection")  # where sending itself breaks; the thread tells of it
        try:
            outcome = send(
                address=parcel.address,
                key=parcel.key,
                secrets=parcel.secrets,
                body=parcel.body,
                now=clock.now(),
                settings=self.settings,
            )
        finally:
            self.answers.put((parcel, outcome))

    def _note(self) -> None:
        """Wait for an answer, for a moment, and note all there are."""
        answers = []
        try:
            answers.append(self.answers.get(timeout=LOOK_SECONDS))
            while True:
                answers.append(self.answers.get_nowait())
        except Empty:
            pass
        # By hook: of two processes that lock the same hooks none waits for the other in a ring.
        answers.sort(key=lambda answer: answer[0].hook_id)
        self.under_way -= Counter(parcel.hook_id for parcel, _outcome in answers)
        with unit_of_work():
            for parcel, outcome in answers:
                services.note(
                    parcel=parcel, outcome=outcome, now=clock.now(), settings=self.settings
                )
