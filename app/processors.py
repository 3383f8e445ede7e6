"""What a process must say to the libraries below it before they start."""

import ctypes
import os
import sys

_M_ARENA_MAX = -8  # <malloc.h>
_ARENAS = 2


def one_core_a_thread() -> None:
    """Let a computation run on the core of the thread that asked for it, and memory be shared by all threads.

    Texts and questions run side by side, each on one core. Threads that libraries start inside of one would
    only wait for each other, busily: an answer then takes half as much processor time again. And glibc gives
    threads heaps of their own, each of which keeps what the largest question needed.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        libc = ctypes.CDLL(None)
        if hasattr(libc, "gnu_get_libc_version"):  # others have no such option
            libc.mallopt(_M_ARENA_MAX, _ARENAS)
