"""Run as a program, in a process with limits: the bytes of a CSV file in, its records out."""

from __future__ import annotations

import json
import sys
from dataclasses import astuple

from connectors.csvfolder.table import decoded, records
from connectors.errors import ConnectorError, Misconfigured

REFUSED = 3
"""The exit status of a file that is no employee list; standard error then says why."""
MOST_RECORDS = 50_000


def main() -> int:
    """The name of the file and the expected columns as arguments; each record as a line of JSON."""
    name, *expected = sys.argv[1:]
    try:
        text = decoded(name, sys.stdin.buffer.read())
        for count, record in enumerate(records(name, text, expected), 1):
            if count > MOST_RECORDS:
                raise Misconfigured(
                    f"{name} has more than {MOST_RECORDS} records: that is no employee list of "
                    "one agency. Drop the right file.",
                    code="too_many_records",
                )
            sys.stdout.write(json.dumps(astuple(record)) + "\n")
    except ConnectorError as error:
        sys.stderr.write(json.dumps({"message": str(error), "code": error.code}))
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
