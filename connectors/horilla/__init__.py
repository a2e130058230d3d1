"""Horilla HRMS 1.5 over its REST API: read only, by polling."""

from connectors.horilla.config import HorillaConfig
from connectors.horilla.hris import Horilla

__all__ = ["Horilla", "HorillaConfig"]
