"""Settings rename fields of an HRIS, and a mistake in them is told."""

from __future__ import annotations

import pytest

from connectors.afas import AfasFields
from connectors.csvfolder.config import Columns
from connectors.errors import Misconfigured
from connectors.field_names import renamed
from connectors.moodle.form_fields import request_fields


def test_named_fields_change_and_the_others_keep_their_default() -> None:
    fields = renamed(AfasFields(), {"employee_id": "Medewerker"})
    assert fields == AfasFields(employee_id="Medewerker")


def test_an_empty_name_says_that_the_hris_does_not_have_the_field() -> None:
    assert renamed(Columns(), {"fte": ""}) == Columns(fte=None)


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(Misconfigured, match=r"Unknown field\(s\) surname .* family_name"):
        renamed(AfasFields(), {"surname": "LastName"})


@pytest.mark.parametrize("defaults", [AfasFields(), Columns()])
def test_the_employee_number_cannot_be_missed(defaults: AfasFields | Columns) -> None:
    with pytest.raises(Misconfigured, match="cannot do without the field\\(s\\) employee_id"):
        renamed(defaults, {"employee_id": ""})


def test_the_request_form_is_named_as_such() -> None:
    renames = {"wage": "", "fee": "Cursusgeld"}
    fields = request_fields(renames)
    assert (fields["wage"], fields["fee"]) == (None, "Cursusgeld")
    with pytest.raises(Misconfigured, match=r"The request form cannot do without .* status"):
        request_fields({"status": ""})
