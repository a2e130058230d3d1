"""AFAS Profit over REST: people by polling its GetConnectors, and payroll mutations."""

from connectors.afas.config import AfasConfig, AfasFields
from connectors.afas.hris import Afas
from connectors.afas.payroll import AfasPayroll, AfasPayrollConfig

__all__ = ["Afas", "AfasConfig", "AfasFields", "AfasPayroll", "AfasPayrollConfig"]
