"""What the service is installed from: the lock, package by package, with licences as the packages
themselves tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).parents[2] / "requirements" / "traces.txt"
"""What the container image has: all of `runtime.txt`, and what traces need."""

_BY_ITS_TEXT = dict.fromkeys(
    ("flask-wtf", "itsdangerous", "jinja2", "protobuf", "wtforms"), "BSD-3-Clause"
)
"""Packages that say "BSD" in words of their own: somebody read which one it is."""
_CLASSIFIERS = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
}
_SPDX = re.compile(r"[A-Za-z0-9.+-]{3,30}")


@dataclass(slots=True)
class Locked:
    """`hashes` are SHA-256 of the files that may be installed; `wanted_by` are the packages that
    ask for it, among which we."""

    name: str
    version: str
    hashes: list[str] = field(default_factory=list)
    wanted_by: list[str] = field(default_factory=list)


def locked() -> list[Locked]:
    """The lock as `make lock` wrote it."""
    found: list[Locked] = []
    for line in LOCK.read_text("utf-8").splitlines():
        if match := re.match(r"([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^ ;]+)", line):
            found.append(Locked(match[1], match[2]))
        elif match := re.match(r" +--hash=sha256:([0-9a-f]{64})", line):
            found[-1].hashes.append(match[1])
        elif (match := re.match(r" +#(?: via)? +(\S+)", line)) and match[1] != "via":
            found[-1].wanted_by.append(match[1])
    return found


def licence_of(name: str) -> str:
    """As an SPDX expression, by the metadata of the package that is installed. Raises `LookupError`
    when it tells none."""
    if name in _BY_ITS_TEXT:
        return _BY_ITS_TEXT[name]
    try:
        told = distribution(name).metadata.json
    except PackageNotFoundError:
        raise LookupError(f"{name} is not installed, so it tells no licence") from None
    if expression := told.get("license_expression"):
        return str(expression)
    if _SPDX.fullmatch(stated := str(told.get("license", ""))):
        return stated
    for one in told.get("classifier", ()):
        if one in _CLASSIFIERS:
            return _CLASSIFIERS[one]
    raise LookupError(
        f"{name} tells no licence: read its text, and add it to {Path(__file__).name}"
    )


def licences() -> Iterator[tuple[Locked, str]]:
    for one in locked():
        yield one, licence_of(one.name)
