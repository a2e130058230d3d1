"""AFAS Profit over its REST GetConnectors: read only, by polling."""

from connectors.afas.config import AfasConfig, AfasFields
from connectors.afas.hris import Afas

__all__ = ["Afas", "AfasConfig", "AfasFields"]
