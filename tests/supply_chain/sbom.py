"""What the service consists of, as CycloneDX: `python -m tests.supply_chain.sbom > dist/sbom.json`.

Made from the lock, so it is the same on every machine; checked against the schema before it is
written.
"""

from __future__ import annotations

import sys
import tomllib
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tests.supply_chain.locked import LOCK, licences

_US = "odwh-lms-adapter"


def bom() -> Bom:
    project = tomllib.loads((LOCK.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    make = LicenseFactory().make_from_string
    us = Component(
        name=_US,
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=_US,
        licenses=[make(project["license"])],
    )
    found = {_US: us}
    packages = list(licences())
    for one, licence in packages:
        found[one.name] = Component(
            name=one.name,
            version=one.version,
            type=ComponentType.LIBRARY,
            bom_ref=f"{one.name}=={one.version}",
            purl=PackageURL("pypi", None, one.name, one.version),
            licenses=[make(licence)],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in one.hashes],
        )
    # By what is in it: the same lock has the same number.
    made = Bom(serial_number=uuid5(NAMESPACE_URL, LOCK.read_text("utf-8")))
    made.metadata.component = us
    made.components.update(one for name, one in found.items() if name != _US)
    for one, _ in packages:
        for wanting in one.wanted_by:
            made.register_dependency(found[wanting], [found[one.name]])
    return made


def written() -> str:
    """Raises `ValueError` where it does not fit the schema."""
    document = JsonV1Dot6(bom()).output_as_string(indent=2)
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(document):
        raise ValueError(f"not CycloneDX 1.6: {wrong}")
    return document


if __name__ == "__main__":
    sys.stdout.write(f"{written()}\n")
