"""`Payroll` over AFAS Profit: a payroll mutation under a key of our own (`HrCompMutGUID`).

AFAS has no key against repeats: after a lost answer the mutation is looked for in a GetConnector on
the payroll mutations before anything is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from connectors.afas.answers import Environment, RowValues
from connectors.afas.client import AfasClient, http_client
from connectors.afas.config import SERVICES, AfasConfig, AfasFields
from connectors.afas.filters import equal_to_any
from connectors.errors import ConnectorError, Misconfigured, Permanent
from connectors.http import HttpClient
from connectors.ports import Check, CheckState, PayDeduction

MUTATION = "HrCompMutGUID"
LINES = ("hris.afas.payroll.connectors", "hris.afas.payroll.fields")


@dataclass(frozen=True, slots=True)
class AfasPayrollConfig:
    """What the customer's payroll calls things.

    `connector` is the GetConnector on the payroll mutations, with the three fields named here.
    `period_table` is AFAS's `PtId`, `employer` its `ErId`; a wage component is None where claims of
    that kind are entered by hand. `negative` says that a deduction is written below zero.
    """

    connector: str
    period_table: int
    employer: str
    gross_component: int | None = None
    net_component: int | None = None
    negative: bool = True
    key_field: str = "GuLi"
    employee_field: str = "EmployeeId"
    amount_field: str = "VaD1"

    def __post_init__(self) -> None:
        if self.gross_component is None and self.net_component is None:
            raise Misconfigured("The AFAS payroll needs a gross or a net wage component.")

    def component(self, *, net: bool) -> int | None:
        return self.net_component if net else self.gross_component


class AfasPayroll:
    """The payroll mutations of one AFAS environment. Safe to share between threads."""

    def __init__(
        self, config: AfasConfig, payroll: AfasPayrollConfig, http: HttpClient | None = None
    ) -> None:
        self._payroll = payroll
        self._http = http or http_client(config)
        # The walk over pages asks for rows in a stable order: here employee and key.
        fields = AfasFields(employee_id=payroll.employee_field, employment_id=payroll.key_field)
        self._client = AfasClient(
            replace(config, connector=payroll.connector, fields=fields), self._http
        )

    def takes(self, *, net: bool) -> bool:
        return self._payroll.component(net=net) is not None

    def held_cents(self, deduction: PayDeduction) -> int | None:
        """Looked for among all mutations of the employee: how AFAS writes a GUID, so that it could
        be filtered by, is not documented."""
        chosen = equal_to_any(self._payroll.employee_field, [deduction.employee_id])
        for row in self._client.rows(chosen):
            if _is(row.values.get(self._payroll.key_field), deduction.key):
                return self._cents(row.values)
        return None

    def deduct(self, deduction: PayDeduction) -> None:
        component = self._payroll.component(net=deduction.net)
        if component is None:
            kind = "net" if deduction.net else "gross"
            raise Misconfigured(f"set ODWH_AFAS_PAYROLL_{kind.upper()}_COMPONENT")
        self._http.request(
            "POST",
            f"{SERVICES}/connectors/{MUTATION}",
            repeatable=False,
            json=self._mutation(deduction, component),
        )

    def check(self) -> list[Check]:
        try:
            connectors = self._connectors(self._client.environment())
            if connectors.state is CheckState.FAILED:
                return [connectors]
            return [connectors, self._fields()]
        except ConnectorError as error:
            return [Check(LINES[0], CheckState.FAILED, str(error), "See the message.")]

    def close(self) -> None:
        self._http.close()

    def _mutation(self, deduction: PayDeduction, component: int) -> dict[str, Any]:
        amount = Decimal(deduction.amount_cents).scaleb(-2)
        fields = {
            "PtId": self._payroll.period_table,
            "Year": deduction.year,
            "PeId": deduction.period,
            "DaTi": deduction.on.isoformat(),
            "EmId": deduction.employee_id,
            "ErId": self._payroll.employer,
            "Sc02": component,
            "Ds": deduction.description,
            "VaD1": f"{-amount if self._payroll.negative else amount:.2f}",
        }
        return {MUTATION: {"Element": {"@GuLi": f"{{{deduction.key}}}", "Fields": fields}}}

    def _cents(self, row: RowValues) -> int:
        value = row.get(self._payroll.amount_field)
        try:
            return int(abs(Decimal(str(value))) * 100)
        except InvalidOperation:
            raise Permanent(
                f"{self._payroll.connector}: {self._payroll.amount_field} is not an amount; "
                "correct the GetConnector",
                code="amount",
            ) from None

    def _connectors(self, environment: Environment) -> Check:
        allowed = {one.id for one in (*environment.getConnectors, *environment.updateConnectors)}
        absent = [name for name in (MUTATION, self._payroll.connector) if name not in allowed]
        if not absent:
            return Check(LINES[0], CheckState.OK, f"{MUTATION} and {self._payroll.connector}")
        remedy = "Add these connectors to the app connector of this token."
        return Check(LINES[0], CheckState.FAILED, f"not allowed: {', '.join(absent)}", remedy)

    def _fields(self) -> Check:
        names = (
            self._payroll.key_field,
            self._payroll.employee_field,
            self._payroll.amount_field,
        )
        present = {field.id for field in self._client.description().fields}
        absent = [name for name in names if name not in present]
        if not absent:
            return Check(LINES[1], CheckState.OK, "key, employee and amount can be read back")
        seen = f"{self._payroll.connector} has no {', '.join(absent)}"
        remedy = "Add these fields to the GetConnector: without them a repeat is not recognised."
        return Check(LINES[1], CheckState.FAILED, seen, remedy)


def _is(value: JsonValue, key: UUID) -> bool:
    """With or without braces, in either case."""
    try:
        return UUID(str(value)) == key
    except ValueError:
        return False
