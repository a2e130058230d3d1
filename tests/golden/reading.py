"""Everything that a register holds, read as its users read it: over the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient

from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.register.keys import Role, create_key

Answers = dict[str, Any]
"""What each path answered."""

LISTS = {
    "/decisions?limit=500": ("",),
    "/training-requests": ("", "/transitions", "/weighings", "/proposals", "/decisions"),
    "/grants": ("",),
    "/agreements": ("", "/signatures"),
    "/existing-commitments": ("",),
    "/in-company-sessions": ("", "/participants"),
    "/exits?limit=500": ("/repayment-statements",),
    "/claims": ("",),
    "/reconciliation-runs": ("",),
}
"""Collections, and what is read of each of their items."""
WITHOUT_ITEMS = ("/norm-exemptions", "/trajectory-records", "/budgets", "/in-company-consents")


class Reader:
    """HR's view of one register."""

    def __init__(self, parts: Parts) -> None:
        self._client: FlaskClient = create_app(parts).test_client()
        key = create_key(parts.register, parts.clock, "reader of the recording", Role.HR)
        self._headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> Any:
        answer = self._client.get(f"/v1{path}", headers=self._headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.get_json()

    def document(self, path: str, media_type: str) -> bytes:
        answer = self._client.get(f"/v1{path}", headers=self._headers | {"Accept": media_type})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        assert answer.mimetype == media_type, path
        return bytes(answer.data)

    def post(self, path: str) -> Any:
        answer = self._client.post(f"/v1{path}", headers=self._headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.get_json()

    def everything(self) -> Answers:
        return dict(self._all())

    def _all(self) -> Iterator[tuple[str, Any]]:
        for path in WITHOUT_ITEMS:
            yield path, self.get(path)
        for path, below in LISTS.items():
            collection = path.partition("?")[0]
            for one in self.get(path)["items"]:
                for suffix in below:
                    found = f"{collection}/{one['id']}{suffix}"
                    yield found, self.get(found)
