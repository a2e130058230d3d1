"""Where the recordings are, and what each of them consists of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.golden.reading import Answers

RECORDINGS = Path(__file__).parent / "recordings"


@dataclass(frozen=True, slots=True)
class Recording:
    """What one version stored on one engine, and what it answered about it over the API."""

    version: str
    engine: str

    @property
    def policy_folder(self) -> Path:
        return self._folder / "policy"

    @property
    def sql(self) -> str:
        return self._file("sql").read_text(encoding="utf-8")

    @property
    def moment(self) -> datetime:
        """When it was recorded, by the clock of its story."""
        return datetime.fromisoformat(self._content()["moment"])

    @property
    def answers(self) -> Answers:
        return dict(self._content()["answers"])

    def write(self, sql: str, moment: str, answers: Answers) -> None:
        self._file("sql").write_text(sql, encoding="utf-8")
        lines = (f"{_json(path)}: {_json(found)}" for path, found in answers.items())
        one_a_line = ",\n".join(lines)
        written = f'{{"moment": {_json(moment)}, "answers": {{\n{one_a_line}\n}}}}\n'
        self._file("json").write_text(written, encoding="utf-8")

    def _content(self) -> Answers:
        return dict(json.loads(self._file("json").read_text(encoding="utf-8")))

    def _file(self, kind: str) -> Path:
        return self._folder / f"{self.engine}.{kind}"

    @property
    def _folder(self) -> Path:
        return RECORDINGS / self.version


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def all_recordings() -> list[Recording]:
    """All of them, the oldest version first."""
    versions = sorted(folder.name for folder in RECORDINGS.iterdir() if folder.is_dir())
    return [Recording(one, engine) for one in versions for engine in ("sqlite", "postgresql")]
