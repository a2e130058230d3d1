"""The REST calls of Horilla that we use, the login, and a walk over a list that moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from connectors.errors import Misconfigured, Permanent, Transient
from connectors.horilla.answers import (
    EmployeeDetail,
    EmployeePage,
    Login,
    Shift,
    WorkInformation,
)
from connectors.horilla.config import HorillaConfig
from connectors.horilla.rights import WITHOUT_RECORD, remedy_for
from connectors.http import (
    HttpClient,
    Params,
    Response,
    reading_by_status,
)
from connectors.secret import current

WALKS = 3
_SHIFTS = TypeAdapter(list[Shift])
_REFUSED_TOKENS = frozenset({"token_not_valid", "user_not_found"})
ModelT = TypeVar("ModelT", bound=BaseModel)
Read = TypeVar("Read")


class _TokenRefused(Misconfigured):
    """The token is not accepted (any more): a new login may help."""


class NoRight(Misconfigured):
    """The account lacks a permission."""


class _ListMoved(Exception):
    """Somebody was added, removed or renamed while we walked over the list."""


def http_client(config: HorillaConfig) -> HttpClient:
    return HttpClient(
        config.url,
        timeout=config.timeout,
        largest_answer=config.largest_answer,
        circuit=config.circuit,
        secrets=lambda: (current(config.password),),
        classify=_classify,
    )


class HorillaClient:
    """Safe to share between threads. A token lives thirty days and cannot be renewed: when it is
    refused, one new login is tried."""

    def __init__(self, config: HorillaConfig, http: HttpClient) -> None:
        self._config = config
        self._http = http
        self._lock = threading.Lock()
        self._token: str | None = None

    def employee_ids(self) -> list[str]:
        """The technical ids of everyone, archived people included, in no order that means a thing.

        The list is sorted by first name, which changes; a change during the walk drops one person
        and shows another twice, while the number of rows stays right. So the distinct ids must be
        as many as announced, or the walk starts again. Raises `Transient` when they never are.
        """
        for _ in range(WALKS):
            try:
                return self._walk()
            except _ListMoved:
                continue
        raise Transient(
            f"The list of employees changed during each of {WALKS} readings; it is tried again "
            "later.",
            code="drift",
        )

    def employee(self, technical_id: str) -> EmployeeDetail | None:
        """None for an id that does not exist."""
        try:
            return self._get(f"/api/employee/employees/{technical_id}/", EmployeeDetail)
        except Permanent as error:
            if error.code != "404":
                raise
            return None

    def hides(self, technical_id: str) -> bool:
        """Whether there is such a person, whom this account may not see."""
        try:
            self.employee(technical_id)
        except NoRight:
            return True
        return False

    def work_information(self, work_info_id: str) -> WorkInformation:
        """By its own id, which is not that of the employee. An unknown id is an HTTP 500 there."""
        path = f"/api/employee/employee-work-information/{work_info_id}/"
        return self._get(path, WorkInformation)

    def shifts(self) -> list[Shift]:
        """The only place where hours per week stand."""
        return _read(self._asked("/api/base/employee-shift/"), _SHIFTS.validate_python)

    def _walk(self) -> list[str]:
        ids: list[str] = []
        number = 1
        while True:
            page = self._page(number)
            ids += [row.id for row in page.results]
            if page.next is None:
                break
            number += 1
        if len(set(ids)) != page.count:
            raise _ListMoved
        return ids

    def _page(self, number: int) -> EmployeePage:
        # `next` holds the server's own idea of its address, so only the number is taken from it.
        try:
            return self._get("/api/employee/list/employees/", EmployeePage, {"page": number})
        except Permanent as error:
            if error.code == "404" and number > 1:
                raise _ListMoved from error
            raise

    def _get(self, path: str, shape: type[ModelT], params: Params | None = None) -> ModelT:
        read: ModelT = _read(self._asked(path, params), shape.model_validate)
        return read

    def _asked(self, path: str, params: Params | None = None) -> Response:
        token = self._token or self._login(None)
        try:
            return self._with(token, path, params)
        except _TokenRefused:
            return self._with(self._login(token), path, params)

    def _with(self, token: str, path: str, params: Params | None) -> Response:
        # Exactly `Bearer`: another spelling counts as no credentials at all.
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        try:
            return self._http.request("GET", path, repeatable=True, params=params, headers=headers)
        except NoRight as error:
            raise NoRight(f"GET {path}: {remedy_for(path)}", code=error.code) from None

    def _login(self, refused: str | None) -> str:
        """A token; another thread may have got a new one in place of the refused one already."""
        with self._lock:
            if self._token is not None and self._token != refused:
                return self._token
            self._token = self._logged_in()
            return self._token

    def _logged_in(self) -> str:
        account = {
            "username": self._config.username,
            "password": current(self._config.password),
        }
        # The slash at the end matters: without it Horilla fails.
        response = self._http.request(
            "POST", "/api/auth/login/", repeatable=True, json=account, classify=_classify_login
        )
        try:
            return Login.model_validate(response.json()).access
        except (ValueError, ValidationError):
            raise Misconfigured(
                "Horilla gives no token for this account: correct the user name and password",
                code="login",
            ) from None

    def close(self) -> None:
        self._http.close()


def _read(response: Response, shape: Callable[[Any], Read]) -> Read:
    try:
        return shape(response.json())
    except (ValueError, ValidationError):
        # pydantic's own text repeats the values, which are personal data.
        raise Misconfigured(
            "did not answer as Horilla 1.5 does: check the address, and the release", code="shape"
        ) from None


def _classify(response: Response) -> None:
    """A lack of rights is a 400, 401 or 403, by the endpoint; a refused token is a 401 or 403."""
    body = _object_in(response)
    if response.status in (401, 403) and _is_about_the_token(body):
        raise _TokenRefused("Horilla does not accept the token", code=str(response.status))
    if response.status in (400, 401, 403) and _is_about_rights(body):
        raise NoRight(
            "Horilla lets this account not do this: give it the permission that this call asks for "
            "(docs/hris.md)",
            code=str(response.status),
        )
    if 300 <= response.status < 400:
        raise Misconfigured(
            "redirects, as Horilla does in production for anything but https: correct the address",
            code=str(response.status),
        )
    if response.status == 500:
        raise Transient("fails (HTTP 500); it is tried again, Horilla's log says why", code="500")
    if response.status == 404 and body:
        # Horilla's own answer about one record or page; without a body the address is wrong.
        raise Permanent("Horilla does not know this record (HTTP 404)", code="404")
    reading_by_status(response)


def _classify_login(response: Response) -> None:
    if response.status in (401, 403):
        raise Misconfigured(
            "Horilla refuses the user name and password; a 403 also comes from the unreleased "
            "branch, whose login itself asks for a token: use release 1.5",
            code=str(response.status),
        )
    if response.status == 500:
        raise Transient(f"fails (HTTP 500) at the login. {WITHOUT_RECORD}", code="500")
    _classify(response)


def _is_about_the_token(body: Mapping[str, Any]) -> bool:
    return body.get("code") in _REFUSED_TOKENS or "credentials were not" in str(body.get("detail"))


def _is_about_rights(body: Mapping[str, Any]) -> bool:
    return body.get("error") == "Permission denied" or body.get("message") == "No permission"


def _object_in(response: Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
