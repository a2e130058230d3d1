"""Who runs a command: the person at this machine, with the rights of HR."""

from __future__ import annotations

import getpass

from adapter.register.keys import Principal, Role


def operator() -> Principal:
    """Commands run where the settings and the database are, so no key is asked for."""
    return Principal("command", getpass.getuser(), Role.HR, None)
