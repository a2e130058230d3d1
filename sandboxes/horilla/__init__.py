"""A small Horilla on loopback that answers as version 1.5.0 was recorded."""

from sandboxes.horilla.people import SandboxPerson
from sandboxes.horilla.server import SandboxHorilla

__all__ = ["SandboxHorilla", "SandboxPerson"]
