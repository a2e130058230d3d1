"""A small Frappe HR on loopback, for the contract tests."""

from sandboxes.frappe.server import SandboxFrappe

__all__ = ["SandboxFrappe"]
