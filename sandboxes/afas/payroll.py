"""The payroll mutations of the sandbox: written by `HrCompMutGUID`, read back by a GetConnector."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, Field, JsonValue, ValidationError

from connectors.afas.answers import RowValues
from sandboxes.afas.query import ContentError

MUTATION = "HrCompMutGUID"
CONNECTOR = "LMS_Looncomponenten"
FIELDS: dict[str, tuple[str, str]] = {
    "GuLi": ("string", "GUID"),
    "EmployeeId": ("string", "Medewerker"),
    "Year": ("int", "Jaar"),
    "PeId": ("int", "Periode"),
    "Sc02": ("int", "Looncomponent"),
    "VaD1": ("decimal", "Waarde"),
}
ASKED = ("PtId", "Year", "PeId", "DaTi", "EmId", "ErId", "Sc02", "Ds", "VaD1")


class PayrollBook:
    """What was written, in order. `knows` says which employee numbers exist. `lost_answers` counts
    answers still to be lost after the work is done, `locks` refusals still to come because of a
    lock, `posts` what came in; `refuses_everyone` knows nobody any more."""

    def __init__(self, knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self.mutations: list[RowValues] = []
        self.lost_answers = 0
        self.locks = 0
        self.posts = 0
        self.refuses_everyone = False

    def rows(self) -> list[RowValues]:
        return [{name: row[name] for name in FIELDS} for row in self.mutations]

    def write(self, body: bytes) -> None:
        """Raises `ContentError`. That a key twice is refused is not documented, but what a key is
        for."""
        self.posts += 1
        if self.locks:
            self.locks -= 1
            raise ContentError("Transaction was chosen as deadlock victim.")
        key, fields = _element(body)
        if any(row["GuLi"] == key for row in self.mutations):
            raise ContentError("A record with this key exists already.")
        absent = [name for name in ASKED if name not in fields]
        if absent:
            raise ContentError(f"The field '{absent[0]}' is required.")
        if self.refuses_everyone or not self._knows(str(fields["EmId"])):
            raise ContentError("The entered value for 'Employee' does not exist.")
        amount = float(str(fields["VaD1"]))
        self.mutations.append({**fields, "GuLi": key, "EmployeeId": fields["EmId"], "VaD1": amount})

    def loses_answer(self) -> bool:
        """Whether this answer is lost on its way."""
        if not self.lost_answers:
            return False
        self.lost_answers -= 1
        return True


class _Element(BaseModel):
    key: str = Field(alias="@GuLi")
    fields: dict[str, JsonValue] = Field(alias="Fields")


class _Mutation(BaseModel):
    element: _Element = Field(alias="Element")


class _Body(BaseModel):
    mutation: _Mutation = Field(alias=MUTATION)


def _element(body: bytes) -> tuple[str, dict[str, JsonValue]]:
    try:
        element = _Body.model_validate_json(body).mutation.element
    except ValidationError as error:
        raise ContentError("The body has another structure than expected.") from error
    return element.key, element.fields
