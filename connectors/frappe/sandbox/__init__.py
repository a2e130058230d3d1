"""A small Frappe HR on loopback, for the contract tests."""

from connectors.frappe.sandbox.server import SandboxFrappe

__all__ = ["SandboxFrappe"]
