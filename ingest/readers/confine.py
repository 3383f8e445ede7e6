"""What a process that parses strangers' files may do: compute within limits, and nothing else.

Limits are the system's own (POSIX); where there are none (Windows) the time limit of the parent remains. The
hook stops what Python code would do: connections, programs, files that are written. It is no wall against
native code that was taken over: a namespace without a network is, where the system lets one be made.
"""

import ctypes
import os
import sys
import tempfile
from typing import Any

MOST_FILES = 256  # open at a time; a reader needs its file, the pipe and a few fonts or dictionaries
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_FORBIDDEN = (
    "socket.",  # connect, getaddrinfo, bind and a socket itself
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.startfile",
    "ftplib.",
    "smtplib.",
    "urllib.",
    "webbrowser.",
)


def confine(memory_bytes: int, written_bytes: int = 0) -> None:
    """Confine this process for good. Call it when everything that is needed at first has been imported.

    Args:
        memory_bytes: address space.
        written_bytes: largest file that may be written, in the system's folder for temporary files only.
    """
    sys.dont_write_bytecode = True  # no file is written from now on, not even that
    if sys.platform != "win32":
        import resource

        _lower(resource.RLIMIT_AS, memory_bytes)
        _lower(resource.RLIMIT_NOFILE, MOST_FILES)
        _lower(resource.RLIMIT_FSIZE, written_bytes)
        _lower(resource.RLIMIT_CORE, 0)  # a dump would hold the file's text
        _leave_network()
    scratch = os.path.realpath(tempfile.gettempdir()) + os.sep if written_bytes else None

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"not while reading files: {event}")
        if event == "open" and _writes(arguments) and not _allowed(arguments[0], scratch):
            raise PermissionError("not while reading files: open to write")

    sys.addaudithook(refuse)


def allow_seconds(seconds: float) -> None:
    """Allow so many more seconds of CPU: who hangs ends even where the parent is gone."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 2  # the parent's own limit comes first
        if hard == resource.RLIM_INFINITY or soft < hard:
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _lower(limit: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(limit)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (allowed, allowed))


def _leave_network() -> None:
    """Move into a namespace without a network; where that is not allowed, the hook alone stands."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) != 0:  # as root, without a second user namespace
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _allowed(path: object, scratch: str | None) -> bool:
    if path == os.devnull or isinstance(path, int):  # what is open already is the pipe
        return True
    # tempfile opens its folder and has the name made by an opener
    return bool(scratch and isinstance(path, str) and (os.path.realpath(path) + os.sep).startswith(scratch))


def _writes(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0  # noqa: PLR2004 - path, mode, flags
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
