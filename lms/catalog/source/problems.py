"""Mistakes found in a course folder, each with its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: the file's path in the course folder, the line (from 1; 0: the whole file)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


@dataclass
class Problems:
    """A growing list of mistakes, at most ``limit`` of them: a hostile folder can't flood it."""

    found: list[Problem] = field(default_factory=list)
    limit: int = 1000

    def add(self, file: str, line: int, message: str) -> None:
        """Note a mistake."""
        if len(self.found) < self.limit:
            self.found.append(Problem(file, line, message))

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(set(self.found)))

    def __len__(self) -> int:
        return len(self.found)

    def __bool__(self) -> bool:
        return bool(self.found)
