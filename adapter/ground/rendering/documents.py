"""A report that was written down: what API, pages and commands give, under one name."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from adapter.ground.rendering.content import Report
from adapter.ground.rendering.renderers import RENDERERS


@dataclass(frozen=True, slots=True)
class Document:
    """`file` is open, from its begin; who takes it closes it. `file_name` has the extension."""

    file: IO[bytes]
    media_type: str
    file_name: str

    def read(self) -> bytes:
        with self.file as file:
            return file.read()


def document_of(report: Report, form: str, written: IO[bytes] | bytes | None = None) -> Document:
    """`form` is the name of a renderer; `written` where something else than that wrote it down."""
    renderer = RENDERERS[form]
    content = renderer.render(report) if written is None else written
    file = BytesIO(content) if isinstance(content, bytes) else content
    return Document(file, renderer.media_type, f"{report.file_name or report.name}.{form}")
