"""A small Horilla on loopback that answers as version 1.5.0 was recorded."""

from connectors.horilla.sandbox.people import SandboxPerson
from connectors.horilla.sandbox.server import SandboxHorilla

__all__ = ["SandboxHorilla", "SandboxPerson"]
