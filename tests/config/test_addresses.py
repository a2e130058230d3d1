"""An address field holds the address of one mailbox."""

from __future__ import annotations

import pytest

from config.addresses import is_one_address


@pytest.mark.parametrize(
    "text", ["hr@example.org", "Opleidingen <opleidingen@example.org>", "a.b+c@sub.example.org"]
)
def test_the_address_of_one_mailbox_is_taken(text: str) -> None:
    assert is_one_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hr",
        "hr@",
        "@example.org",
        "hr@example.org, mt@example.org",
        "hr@example.org; mt@example.org",
        "team: hr@example.org;",
        "hr@example.org\nBcc: x@example.org",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_one_address(text)
