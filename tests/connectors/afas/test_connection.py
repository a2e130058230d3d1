"""Token and address of AFAS, and what the check says about them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from connectors.afas import Afas, AfasConfig
from connectors.errors import Misconfigured, Transient
from connectors.http import HttpClient
from connectors.ports import Check, CheckState
from sandboxes.afas import SandboxAfas, SandboxEmployment

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("encode", [False, True])
def test_the_token_is_accepted_as_xml_and_in_base64_and_shows_nowhere(
    sandbox: SandboxAfas, encode: bool
) -> None:
    encoded = base64.b64encode(sandbox.token.encode()).decode()
    config = AfasConfig(f"{sandbox.url}/", "1", encoded if encode else sandbox.token)
    assert config.authorization == f"AfasToken {encoded}"
    assert encoded not in repr(config)
    assert sandbox.token not in repr(config)
    afas = Afas(config)
    assert len(afas.scan().employees) == 7
    afas.close()


@pytest.mark.parametrize("token", ["", "secret", "c2VjcmV0", "<xml>secret</xml>"])
def test_what_is_not_a_token_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(Misconfigured, match="copy it again") as caught:
        AfasConfig("https://12345.rest.afas.online", "12345", token)
    assert "c2VjcmV0" not in str(caught.value)


def test_a_token_never_travels_without_tls_and_a_page_has_two_rows(sandbox: SandboxAfas) -> None:
    with pytest.raises(Misconfigured, match="https://"):
        AfasConfig("http://12345.rest.afas.online", "12345", sandbox.token)
    with pytest.raises(Misconfigured, match="at least 2"):
        AfasConfig(sandbox.url, "12345", sandbox.token, take=1)


def test_a_closed_port_is_transient(sandbox: SandboxAfas) -> None:
    config = AfasConfig(sandbox.url, "12345", sandbox.token)
    sandbox.stop()
    with (
        HttpClient(config.root, attempts=1) as http,
        pytest.raises(Transient, match="no connection"),
    ):
        Afas(config, http).scan()


def failed(lines: list[Check]) -> Check:
    (line,) = [one for one in lines if one.state is CheckState.FAILED]
    return line


def test_the_check_names_each_missing_field_and_what_to_do(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    del sandbox.fields["EmploymentEndDate"], sandbox.fields["FTE"]
    line = failed(connect().check())
    assert line.name == "hris.afas.fields"
    assert "has no EmploymentEndDate, FTE;" in line.seen
    assert "Add these fields" in line.remedy


def test_the_check_says_which_connectors_the_token_may_use(connect: Callable[..., Afas]) -> None:
    line = failed(connect(connector="LMS_Others").check())
    assert line.seen == "LMS_Others is not among LMS_Medewerkers, LMS_Looncomponenten"


def test_the_check_fails_on_a_refused_address_without_raising(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    sandbox.ip_refused = True
    assert "add the address of this service" in failed(connect().check()).seen


def test_the_check_fails_when_nobody_is_visible(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    for number in range(1, 8):
        sandbox.employments.remove(f"{number:06}")
    assert failed(connect().check()).name == "hris.afas.headcount"


def test_the_check_warns_of_unreadable_rows(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    row = SandboxEmployment("000500", "A", "B", date(2020, 1, 1)).row(NOW)
    sandbox.employments.add_raw({**row, "EmploymentEndDate": "soon"})
    (line,) = [one for one in connect().check() if one.state is CheckState.WARNING]
    assert line.name == "hris.afas.rows"
    assert "EmploymentEndDate: is not a date" in line.seen


@pytest.mark.parametrize(
    ("expiry", "state"),
    [
        ("0", CheckState.OK),
        ("2027-11-23T00:00:00Z", CheckState.OK),
        ("2026-12-01T00:00:00Z", CheckState.WARNING),
        ("2026-11-23T00:00:00Z", CheckState.FAILED),
        ("someday", CheckState.WARNING),
    ],
)
def test_the_check_looks_ahead_to_the_end_of_the_token(
    sandbox: SandboxAfas, connect: Callable[..., Afas], expiry: str, state: CheckState
) -> None:
    sandbox.expiry = expiry
    (line,) = [one for one in connect().check() if one.name == "hris.afas.token"]
    assert line.state is state
