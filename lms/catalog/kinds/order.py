"""What comes before what in a course: pure rules over its modules and activities.

An activity opens once those that its author named are complete: activities, and modules (all
activities of one that aren't optional). What a module asks holds for each activity in it. An exam
whose author named nothing opens after all activities that stand before it and aren't optional.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Rules:
    """What the author asks of an activity: when it opens, and when it is complete."""

    optional: bool = False
    end: bool = True  # a lesson: read to its end
    checks: bool = True  # a lesson: each self-check answered
    minutes: int | None = None  # a lesson: spent in it at least
    percent: int | None = None  # a practice: share that must be right
    after: tuple[str, ...] = ()
    after_modules: tuple[str, ...] = ()


NO_RULES = Rules()  # what holds where the author says nothing


@dataclass(frozen=True)
class Step:
    """One activity in the course's order."""

    key: str
    module: str | None
    rules: Rules = NO_RULES
    is_exam: bool = False


@dataclass(frozen=True)
class Need:
    """What is missing: an activity, or a module; ``key`` names it."""

    key: str
    is_module: bool = False


@dataclass(frozen=True)
class Order:
    """All activities in order, and what each module asks for before it."""

    steps: tuple[Step, ...]
    modules: dict[str, Rules] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, Step]:
        """The activities by key."""
        return {step.key: step for step in self.steps}

    def required(self, module: str | None = None) -> list[str]:
        """Return the keys of activities that aren't optional: all, or those of ``module``."""
        return [
            step.key
            for step in self.steps
            if not step.rules.optional and (module is None or step.module == module)
        ]

    def needs(self, key: str) -> list[Need]:
        """Return what must be complete before the activity opens, as its author put it.

        What names nothing of the course means nothing.
        """
        step = self.by_key[key]
        own, home = step.rules, self.modules.get(step.module or "", NO_RULES)
        needs = [Need(one) for one in (*home.after, *own.after) if one in self.by_key]
        needs += [
            Need(one, is_module=True)
            for one in (*home.after_modules, *own.after_modules)
            if one in self.modules
        ]
        if step.is_exam and not own.after and not own.after_modules:
            needs += [Need(one) for one in self._before(key)]
        return list(dict.fromkeys(needs))

    def _before(self, key: str) -> Iterator[str]:
        for step in self.steps:
            if step.key == key:
                return
            if not step.rules.optional:
                yield step.key

    def unmet(self, key: str, done: Collection[str]) -> list[Need]:
        """Return the needs of an activity that the complete activities ``done`` leave open."""
        return [need for need in self.needs(key) if not set(self._parts(need)) <= set(done)]

    def _parts(self, need: Need) -> Iterable[str]:
        return self.required(need.key) if need.is_module else (need.key,)

    def cycle(self) -> list[str]:
        """Return keys of activities each of which waits for the next, the last for the first.

        Empty when everything can be opened in some order.
        """
        settled: set[str] = set()
        for step in self.steps:
            found = self._circle_from(step.key, settled)
            if found:
                return found
        return []

    def _circle_from(self, start: str, settled: set[str]) -> list[str]:
        """Walk from ``start`` to all that comes before it, without recursion: courses are long."""
        path: dict[str, Iterator[str]] = {} if start in settled else {start: self._waits_for(start)}
        while path:
            key = next(reversed(path))
            before = next(path[key], None)
            if before is None:
                settled.add(key)
                del path[key]
            elif before in path:
                walked = list(path)
                return walked[walked.index(before) :]
            elif before not in settled:
                path[before] = self._waits_for(before)
        return []

    def _waits_for(self, key: str) -> Iterator[str]:
        return iter([part for need in self.needs(key) for part in self._parts(need)])
