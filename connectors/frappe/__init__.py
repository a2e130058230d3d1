"""Frappe HR over REST."""

from connectors.frappe.config import FrappeConfig, FrappeFields
from connectors.frappe.hris import FrappeHr

__all__ = ["FrappeConfig", "FrappeFields", "FrappeHr"]
