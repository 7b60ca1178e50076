"""What the PDF worker gives up before it sees its first document.

Three layers, each enough by itself for what it covers: limits of the kernel (memory, processor
time, file size, no core file), a system call filter (no sockets, no other programs; Linux on
x86-64 and ARM64) and an audit hook of Python (no sockets, no other programs, no files beyond the
template's folder, Python's own libraries and a scratch folder). None of them can be taken back.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Audit events that no document ever needs.
FORBIDDEN_PREFIXES = (
    "socket.",
    "subprocess.",
    "ctypes.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "os.kill",
    "os.putenv",
    "os.symlink",
    "os.link",
    "pty.",
    "webbrowser.",
    "syslog.",
)
# Events whose first argument is a path that is changed: only below the scratch folder.
CHANGING = frozenset(
    {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.truncate"}
    | {"os.utime", "shutil.rmtree", "shutil.move", "tempfile.mkstemp", "tempfile.mkdtemp"}
)
# Numbers of socket, socketpair, connect, bind, sendto, execve, execveat, ptrace.
SYSTEM_CALLS = {
    "x86_64": (0xC000003E, (41, 53, 42, 49, 44, 59, 322, 101)),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 206, 221, 281, 117)),
}


class Confined(PermissionError):
    """Something tried to leave the confinement."""


class Confinement:
    """The files this process may touch. ``folder`` is the present template's, or None."""

    def __init__(self, scratch: Path, libraries: Iterable[Path]) -> None:
        self.scratch = os.path.realpath(scratch)
        self.libraries = tuple(os.path.realpath(path) for path in libraries)
        self.folder: str | None = None

    def enter(self, *, memory_bytes: int) -> bool:
        """Give everything up for good; return whether the system call filter is in force."""
        limit(memory_bytes=memory_bytes)
        filtered = filter_system_calls()
        sys.addaudithook(self._audit)
        return filtered

    def may_read(self, path: str) -> bool:
        """Tell whether ``path``, with links followed, may be opened for reading."""
        real = os.path.realpath(path)
        roots = [self.scratch, *self.libraries, *([self.folder] if self.folder else [])]
        return any(_beneath(real, root) for root in roots)

    def may_write(self, path: str) -> bool:
        """Tell whether ``path``, with links followed, may be written."""
        return _beneath(os.path.realpath(path), self.scratch)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN_PREFIXES):
            raise Confined(f"{event} is not possible here")
        if event == "open":
            self._audit_open(*arguments)
        elif event in CHANGING and not self.may_write(_place(event, arguments)):
            raise Confined(f"{event} outside the scratch folder")
        elif event in ("os.listdir", "os.scandir") and not self._may_list(arguments[0]):
            raise Confined(f"{event} outside the template's folder")

    def _may_list(self, path: Any) -> bool:
        return isinstance(path, int) or self.may_read(_text(path))  # a number: already open

    def _audit_open(self, path: Any, mode: str | None, flags: int) -> None:
        if isinstance(path, int):  # already open
            return
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))
        if writes or any(letter in (mode or "") for letter in "wax+"):
            allowed = self.may_write(_text(path))
        else:
            allowed = self.may_read(_text(path))
        if not allowed:
            raise Confined("a file outside the template's folder")


def _beneath(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")


def _place(event: str, arguments: tuple[Any, ...]) -> str:
    """Return the path that ``event`` changes; it may be relative to an open folder."""
    path = _text(arguments[0])
    if event in ("os.remove", "os.rmdir") and arguments[1] != -1:
        return str(Path(f"/proc/self/fd/{arguments[1]}").readlink() / path)
    return path


def _text(path: Any) -> str:
    return os.fsdecode(path) if path is not None else "."


def limit(*, memory_bytes: int) -> None:
    """Bound memory and the size of a written file; forbid core files, which would hold data."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 2**20, 64 * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_processor_seconds(seconds: int) -> None:
    """Let this process use ``seconds`` more of processor time; then the kernel ends it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def filter_system_calls() -> bool:
    """Forbid the calls in SYSTEM_CALLS (they fail with EPERM); False where there is no filter."""
    known = SYSTEM_CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    program = _filter_program(*known)
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, mode_filter = 38, 22, 2
    argument = _FilterProgram(len(program) // 8, program)
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(set_seccomp, mode_filter, ctypes.byref(argument), 0, 0) == 0)


def _filter_program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """Return the classic BPF program: another architecture or a listed call is refused."""
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM

    def step(code: int, on_true: int, on_false: int, value: int) -> bytes:
        return struct.pack("=HBBI", code, on_true, on_false, value)

    count = len(calls)
    steps = [
        step(load, 0, 0, 4),  # the architecture
        step(equal, 0, count + 3, architecture),
        step(load, 0, 0, 0),  # the number of the call
        step(at_least, count + 1, 0, 0x40000000),  # the x32 variants of x86-64
        *(step(equal, count - place, 0, call) for place, call in enumerate(calls)),
        step(give, 0, 0, allow),
        step(give, 0, 0, refuse),
    ]
    return b"".join(steps)
