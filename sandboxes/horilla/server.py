"""The HTTP side of the sandbox: login, the list in pages of twenty, and the two records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from sandboxes.horilla.people import HOURS_OF_SHIFT, SandboxPerson
from sandboxes.loopback import LoopbackServer, Request, Response

PAGE = 20
USERNAME, PASSWORD = "adapter", "sandbox-password"


class SandboxHorilla(LoopbackServer):
    """A Horilla on 127.0.0.1; a context manager.

    `people` is its state by technical id. `visible` limits what the account sees, as for one
    without the right to see everyone, `sees_work` takes the right to see work information away, and
    `has_record` the employee record of the account itself. `tokens` are those that it accepts.
    `after_page` is called after each page of the list. `asked` holds the paths in order.
    """

    def __init__(self, people: Iterable[SandboxPerson] = ()) -> None:
        super().__init__(self._answer)
        self.people = {person.id: person for person in people}
        self.visible: frozenset[int] | None = None
        self.sees_work = True
        self.has_record = True
        self.tokens: set[str] = set()
        self.after_page: Callable[[], None] | None = None
        self.asked: list[str] = []
        self._logins = 0

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.path == "/api/auth/login/":
            return self._login(request)
        refusal = self._refusal(request.headers.get("Authorization", ""))
        if refusal is not None:
            return refusal
        match request.path.strip("/").split("/"):
            case ["api", "employee", "list", "employees"]:
                return self._page(request)
            case ["api", "employee", "employees", number] if number.isdecimal():
                return self._detail(int(number))
            case ["api", "employee", "employee-work-information", number]:
                return self._work_information(number)
            case ["api", "base", "employee-shift"]:
                return _json(200, [_shift(number) for number in HOURS_OF_SHIFT])
        return _page_of_html(404)

    def _login(self, request: Request) -> Response:
        account = json.loads(request.get_data() or b"{}")
        if "password" not in account:
            return _json(200, {"error": "Please provide Username and Password"})
        if (account.get("username"), account["password"]) != (USERNAME, PASSWORD):
            return _json(401, {"error": "Invalid credentials"})
        if not self.has_record:
            return _page_of_html(500)
        self._logins += 1
        token = f"token-{self._logins}"
        self.tokens.add(token)
        return _json(200, {"employee": {"id": 1, "full_name": "Adapter"}, "access": token})

    def _refusal(self, authorization: str) -> Response | None:
        if not authorization.startswith("Bearer "):
            return _json(403, {"detail": "Authentication credentials were not provided."})
        if authorization.removeprefix("Bearer ") not in self.tokens:
            detail = "Given token not valid for any token type"
            return _json(403, {"detail": detail, "code": "token_not_valid"})
        return None

    def _page(self, request: Request) -> Response:
        people = [one for one in self.people.values() if self._sees(one.id)]
        people.sort(key=lambda one: one.first_name)
        pages = max(1, -(-len(people) // PAGE))
        asked = request.args.get("page", "1")
        number = pages if asked == "last" else int(asked)
        if not 1 <= number <= pages:
            return _json(404, {"detail": "Invalid page."})
        # The server's own idea of its address, which is not always the one it was reached by.
        following = "http://hris.example.org/api/employee/list/employees/?page="
        body = {
            "count": len(people),
            "next": f"{following}{number + 1}" if number < pages else None,
            "previous": f"{following}{number - 1}" if number > 1 else None,
            "results": [one.listed() for one in people[(number - 1) * PAGE : number * PAGE]],
        }
        if self.after_page is not None:
            self.after_page()
        return _json(200, body)

    def _detail(self, number: int) -> Response:
        person = self.people.get(number)
        if person is None:
            return _json(404, {"error": "Employee does not exist"})
        if not self._sees(number):
            return _json(403, {"error": "Permission denied"})
        return _json(200, person.detail())

    def _work_information(self, number: str) -> Response:
        found = [one for one in self.people.values() if str(one.work_info_id) == number]
        if not found:
            return _page_of_html(500)
        if not self.sees_work or not self._sees(found[0].id):
            return _json(400, {"message": "No permission"})
        return _json(200, found[0].work_information())

    def _sees(self, number: int) -> bool:
        return self.visible is None or number in self.visible


def _shift(number: int) -> dict[str, Any]:
    hours = HOURS_OF_SHIFT[number]
    return {"id": number, "employee_shift": f"{hours[:2]} uur", "weekly_full_time": hours}


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _page_of_html(status: int) -> Response:
    return Response("<!DOCTYPE html>", status, content_type="text/html; charset=utf-8")
