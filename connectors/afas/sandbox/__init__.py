"""A small AFAS on loopback that answers as documented, for the demo and the contract tests."""

from connectors.afas.sandbox.employments import SandboxEmployment
from connectors.afas.sandbox.server import SandboxAfas

__all__ = ["SandboxAfas", "SandboxEmployment"]
