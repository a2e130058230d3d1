"""Money is whole eurocents; people and numbers of findings read euros."""

from __future__ import annotations

from decimal import Decimal


def euros(cents: int) -> str:
    """A decimal string with two places: 240001 is "2400.01"."""
    return f"-{euros(-cents)}" if cents < 0 else f"{cents // 100}.{cents % 100:02}"


def cents_of(written: str) -> int:
    """What `euros` wrote, in eurocents."""
    return int(Decimal(written).scaleb(2))


def share_of(cents: int, percentage: int) -> int:
    """A percentage of an amount in eurocents, half a cent rounded up."""
    return (cents * percentage + 50) // 100
