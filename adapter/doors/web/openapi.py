"""`python -m adapter.doors.web.openapi` prints the OpenAPI document, for linters and clients;
it needs no database and no settings."""

from __future__ import annotations

import json
import sys

from adapter.doors.web.app import create_app
from adapter.doors.web.document import document
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.register import open_register
from config.policy_files import load_policy
from config.settings import Settings


def main() -> None:
    settings = Settings.model_construct()
    parts = Parts(open_register("sqlite://"), load_policy(), SystemClock(), settings)
    json.dump(document(create_app(parts)), sys.stdout, ensure_ascii=False, indent=2)
    parts.register.close()
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
