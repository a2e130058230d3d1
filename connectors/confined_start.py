"""Run as a program: bounds this process, then becomes the program that is named.

The limits are set before the first byte of a stranger's file is read, and in the process itself:
a service with threads cannot safely run anything of its own between fork and exec.
"""

from __future__ import annotations

import resource
import runpy
import sys


def main() -> None:
    """`PROGRAM MEMORY SECONDS OUTPUT ARGUMENTS…`: bytes of address space, seconds on the processor
    and bytes that may be written to any one file."""
    program, memory, seconds, output, *arguments = sys.argv[1:]
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, int(memory))
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_FSIZE, int(output))
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")


def _limit(what: int, most: int) -> None:
    """Never wider than what the administrator set for the service."""
    hard = resource.getrlimit(what)[1]
    bounded = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (bounded, bounded))


if __name__ == "__main__":
    main()
