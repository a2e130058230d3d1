"""Who runs a command: the person at this machine, with the rights of HR."""

from __future__ import annotations

import getpass
import os

from adapter.register.keys import Principal, Role


def operator() -> Principal:
    """Commands run where the settings and the database are, so no key is asked for."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container can run under a number that has no name
        name = f"uid {os.getuid()}"
    return Principal("command", name, Role.HR, None)
