"""Filters give the same whether an index answers them or a comparison of every user."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.register.keys import Role
from tests.adapter.doors.web.conftest import Headers, key_headers

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.fixture
def provider(either_client: FlaskClient, either_parts: Parts) -> Headers:
    """Five users, the odd ones inactive."""
    headers = key_headers(either_parts, Role.HRIS)
    for number in range(1, 6):
        body = {
            "schemas": [CORE, ENTERPRISE],
            "userName": f"User{number}@example.org",
            "externalId": f"X{number}",
            "active": number % 2 == 0,
            "name": {"familyName": "van der Berg" if number < 3 else "O'Neill"},
            ENTERPRISE: {"employeeNumber": f"000{number}"},
        }
        assert either_client.post("/scim/v2/Users", json=body, headers=headers).status_code == 201
    return headers


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ('userName eq "USER2@example.org"', [2]),
        (f'{CORE}:userName eq "user2@example.org"', [2]),
        ('externalId eq "X3"', [3]),
        ('externalId eq "x3"', []),
        (f'{ENTERPRISE}:employeeNumber eq "0004"', [4]),
        ("active eq true", [2, 4]),
        ('active eq false and name.familyName eq "O\'Neill"', [3, 5]),
        ('userName eq "user3@example.org" and active eq true', []),
        ('userName eq "user1@example.org" or externalId eq "X2"', [1, 2]),
        ('not (active eq true) and externalId eq "X5"', [5]),
        ('userName sw "user" and meta.lastModified gt "2020-01-01T00:00:00Z"', [1, 2, 3, 4, 5]),
        ('name.familyName eq ""', []),
    ],
)
def test_a_filter_finds(
    either_client: FlaskClient, provider: Headers, filter_: str, found: list[int]
) -> None:
    answer = either_client.get(
        "/scim/v2/Users", query_string={"filter": filter_}, headers=provider
    ).get_json(force=True)
    names = sorted(user["externalId"] for user in answer["Resources"])
    assert names == [f"X{one}" for one in found]
    assert answer["totalResults"] == len(found)


@pytest.mark.parametrize("filter_", ["", "active eq false or active eq true and userName pr"])
def test_pages_together_hold_everyone_once(
    either_client: FlaskClient, provider: Headers, filter_: str
) -> None:
    seen: list[str] = []
    for start in (1, 3, 5, 7):
        query = {"startIndex": start, "count": 2} | ({"filter": filter_} if filter_ else {})
        answer = either_client.get("/scim/v2/Users", query_string=query, headers=provider).get_json(
            force=True
        )
        assert answer["totalResults"] == 5
        assert answer["itemsPerPage"] == len(answer["Resources"])
        seen += [user["externalId"] for user in answer["Resources"]]
    assert sorted(seen) == ["X1", "X2", "X3", "X4", "X5"]


@pytest.mark.parametrize("filter_", [{}, {"filter": "userName pr"}])
def test_a_page_beyond_what_a_database_can_count_is_empty(
    either_client: FlaskClient, provider: Headers, filter_: dict[str, str]
) -> None:
    query = {"startIndex": 10**20} | filter_
    answer = either_client.get("/scim/v2/Users", query_string=query, headers=provider)
    assert answer.status_code == 200
    shown = answer.get_json(force=True)
    assert (shown["totalResults"], shown["itemsPerPage"]) == (5, 0)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ({"filter": "userName =="}, "invalidFilter"),
        ({"filter": "(" * 500}, "invalidFilter"),
        ({"filter": 'shoeSize eq "43"'}, "invalidFilter"),
        ({"startIndex": "one"}, "invalidValue"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_the_words_of_scim(
    either_client: FlaskClient, provider: Headers, query: dict[str, str], kind: str
) -> None:
    answer = either_client.get("/scim/v2/Users", query_string=query, headers=provider)
    assert (answer.status_code, answer.get_json(force=True)["scimType"]) == (400, kind)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/scim/v2/Groups", 404), ("/scim/v2/Users/nobody", 404), ("/scim/v2/nothing", 404)],
)
def test_what_is_not_there_is_said_in_the_words_of_scim(
    either_client: FlaskClient, provider: Headers, path: str, status: int
) -> None:
    answer = either_client.get(path, headers=provider)
    assert answer.get_json(force=True)["status"] == str(status)
    assert answer.mimetype == "application/scim+json"


def test_a_body_that_cannot_be_read_is_refused_in_the_words_of_scim(
    either_client: FlaskClient, provider: Headers
) -> None:
    headers = provider | {"Content-Type": "application/scim+json"}
    for body in (b"{", b"[]", b'{"userName": 7}', b"{}"):
        answer = either_client.post("/scim/v2/Users", data=body, headers=headers)
        assert answer.status_code == 400, body
        assert answer.get_json(force=True)["schemas"][0].endswith(":Error")
