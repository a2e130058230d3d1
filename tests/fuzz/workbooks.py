"""Workbooks that nobody would write, sent to the reader: `python -m tests.fuzz.workbooks`.

From a seed, so that a finding comes again: honest workbooks of both kinds with parts of their XML
or their bytes changed, cut, repeated or moved. Right is a sheet, or a refusal with a reason that
the texts know; anything else, also a crash of this process, ends with 1 and leaves the file.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count
from pathlib import Path

import structlog

from adapter.ground.spreadsheets.workbook import read_workbook
from adapter.ground.spreadsheets.workbook_program import Refused, examined
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from config.catalogue import Language
from tests.adapter.doors.imports.sheets import workbook_of
from tests.adapter.doors.imports.test_workbook import ods, ods_cell

_ROWS: list[list[object]] = [
    ["Titel", "Uren"],
    *([f"Cursus {number}", number] for number in range(20)),
]
SEEDS = (
    workbook_of(_ROWS, "Blad", formulas={"C3": "1+1"}, merged=("A5:B6",)),
    ods(f"<table:table-row>{ods_cell('Titel')}{ods_cell('Uren')}</table:table-row>" * 20),
)
_PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"&a;",
    b"<",
    b"<a>" * 100,
    b'<!DOCTYPE a [<!ENTITY a "b">]>',
    b" " * 70_000,
    b"99999999999",
    b"-1",
    b"XFD1048576",
    b"A1:XFD1048576",
    b'<c r="A1"><f/></c>',
    b"table:number-rows-repeated='1048576'",
    b"<![CDATA[",
    b"<!--",
)
ONLY_EXAMINED = 40
"""Files that are only walked for each one that a process of its own reads whole."""


def main() -> int:
    options = _options()
    print(f"seed {options.seed}, {options.seconds} seconds")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    until = time.monotonic() + options.seconds
    counted: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as readers:
        for number in count():
            if time.monotonic() >= until:
                break
            made = [mutated(f"{options.seed}/read/{number}/{n}") for n in range(2)]
            for raw, outcome in zip(made, readers.map(read, made), strict=True):
                counted[outcome] += 1
                if outcome.startswith("wrong"):
                    return _found(raw, outcome)
            for n in range(ONLY_EXAMINED):
                raw = mutated(f"{options.seed}/{number}/{n}")
                outcome = walked(raw)
                counted[f"walked: {outcome}"] += 1
                if outcome.startswith("wrong"):
                    return _found(raw, outcome)
    for outcome, times in counted.most_common():
        print(f"{times:>8}  {outcome}")
    return 0


def mutated(seed: str) -> bytes:
    """An honest workbook with one to four changes, in the archive or in a part of it."""
    chance = random.Random(seed)  # noqa: S311 - to come again, not to be secret
    raw = chance.choice(SEEDS)
    if chance.random() < 0.2:
        return _changed(raw, chance)
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as before, zipfile.ZipFile(made, "w") as after:
        target = chance.choice([name for name in before.namelist() if name.endswith((".xml", "s"))])
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, _changed(part, chance) if name == target else part)
    return made.getvalue()


def _changed(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed) + 1)
        length = chance.choice((0, 1, 8, 100))
        match chance.randrange(5):
            case 0:
                changed[at : at + length] = b""
            case 1:
                changed[at:at] = chance.choice(_PIECES)
            case 2:
                changed[at : at + length] = chance.choice(_PIECES)
            case 3:
                changed[at:at] = changed[at : at + 200] * chance.choice((1, 50))
            case _:
                changed[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(changed)


def read(raw: bytes) -> str:
    """The outcome of the whole way; "wrong" when it is none that there should be."""
    try:
        return "a sheet" if read_workbook(raw, ["Blad"]).name else "no such sheet"
    except UnreadableWorkbook as refused:
        return f"refused: {refused.reason}" if refused.sentence(Language.NL) else "wrong: unsaid"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"wrong: {type(error).__name__}: {error}"


def walked(raw: bytes) -> str:
    try:
        examined(raw)
    except Refused as refused:
        return f"refused: {refused.reason}"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"wrong: {type(error).__name__}: {error}"
    return "taken"


def _found(raw: bytes, outcome: str) -> int:
    path = Path("fuzz-finding.bin")
    path.write_bytes(raw)
    print(f"{outcome}; the file is in {path}", file=sys.stderr)
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
