"""Moments that processes set together, also where one of them dies at it."""

from __future__ import annotations

import subprocess
import sys

_ONE_DIES_AT_IT = """
import os
from adapter.ground.shared_moments import SharedMoments

moments = SharedMoments(1)
moments[0, "before"] = 1.0

child = os.fork()
if child == 0:
    with moments.held():
        moments[0, "by who died"] = 2.0
        os._exit(0)
os.waitpid(child, 0)

for _ in range(2):
    with moments.held():
        moments[0, "after"] += 1.0
# Once somebody went on, nobody waits for the dead any more, and one at a time holds them again.
with moments.held():
    assert not moments._held._free.acquire(block=False)
print(*(moments[0, name] for name in ("before", "by who died", "after")))
"""


def test_a_process_that_dies_while_it_holds_them_keeps_nobody_out() -> None:
    """In a program of its own, as a web server forks."""
    ended = subprocess.run(
        [sys.executable, "-c", _ONE_DIES_AT_IT], capture_output=True, text=True, timeout=30
    )
    assert (ended.stdout, ended.stderr) == ("1.0 2.0 2.0\n", "")
