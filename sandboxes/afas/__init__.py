"""A small AFAS on loopback that answers as documented, for the demo and the contract tests."""

from sandboxes.afas.employments import SandboxEmployment
from sandboxes.afas.server import SandboxAfas

__all__ = ["SandboxAfas", "SandboxEmployment"]
