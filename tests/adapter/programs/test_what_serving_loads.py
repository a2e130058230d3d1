"""What the service loads before it is ready: nothing of what only some installations need."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.test_architecture import ROOT

FOR_SOME = {
    "alembic": "a database that is not up to date",
    "cryptography": "tokens of an identity provider or the LMS",
    "httpx": "an LMS or HRIS",
    "joserfc": "tokens of an identity provider or the LMS",
    "psycopg": "PostgreSQL",
    "python_calamine": "workbooks that come in, in a program of their own",
    "scim2_models": "an identity provider that keeps accounts",
    "sqlalchemy.orm": "nobody: tables are declared without being mapped",
    "typst": "PDF, in a program of its own",
    "xlsxwriter": "workbooks that go out",
}
_SCRIPT = """
import json, sys
import adapter.programs.cli.services
from config.catalogue import _texts, keys
print(json.dumps([sorted(sys.modules), _texts.cache_info().currsize + keys.cache_info().currsize]))
"""


def test_serving_loads_nothing_that_only_some_need_and_reads_no_texts() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=ROOT, check=True, capture_output=True, text=True
    )
    loaded, catalogues = json.loads(told.stdout)
    assert {name for name in FOR_SOME if name in loaded} == set()
    assert catalogues == 0
