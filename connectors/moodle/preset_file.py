"""The request form as a preset of Moodle's database activity, in the zip that Moodle imports."""

from __future__ import annotations

import io
import zipfile
from html import escape
from pathlib import Path

from connectors.moodle.form_fields import FORM_FIELDS, PARTS, FormField

FOLDER = Path(__file__).with_name("preset")
FILES = (
    "preset.xml",
    "addtemplate.html",
    "asearchtemplate.html",
    "csstemplate.css",
    "jstemplate.js",
    "listtemplate.html",
    "listtemplatefooter.html",
    "listtemplateheader.html",
    "rsstemplate.html",
    "rsstitletemplate.html",
    "singletemplate.html",
)
"""Moodle takes a zip for a preset only when all of these are in it, at its top."""

_MADE = (2026, 1, 1, 0, 0, 0)
"""The same for every file and every time, so that the same preset is the same zip."""


def preset_files() -> dict[str, str]:
    """The files of the folder, with the fields of the form in the three that show them."""
    written = {name: (FOLDER / name).read_text("utf-8") for name in FILES}
    for name, fields in (
        ("preset.xml", map(_defined, FORM_FIELDS.values())),
        ("addtemplate.html", map(_asked, PARTS)),
        ("singletemplate.html", map(_shown, PARTS)),
    ):
        written[name] = written[name].replace("{fields}", "".join(fields))
    return written


def _defined(made: FormField) -> str:
    more = ""
    if made.options:
        more = "<param1>{}</param1>\n".format("\n".join(made.options))
    elif made.type == "url":
        # A link with this name, opened in a window of its own.
        more = f"<param1>1</param1>\n<param2>{made.name}</param2>\n<param3>1</param3>\n"
    name, help_ = escape(made.name, quote=False), escape(made.help, quote=False)
    return (
        f"<field>\n<type>{made.type}</type>\n<name>{name}</name>\n"
        f"<description>{help_}</description>\n<required>{int(made.required)}</required>\n"
        f"{more}</field>\n\n"
    )


def _of(part: str) -> list[FormField]:
    """In the order of the page."""
    return sorted(
        (made for made in FORM_FIELDS.values() if made.part == part),
        key=lambda made: not made.leads,
    )


def _asked(part: str) -> str:
    fields = "".join(
        f'<div class="odwh-veld">\n<div class="odwh-naam">{made.name}</div>\n'
        f'<div class="odwh-invoer">[[{made.name}]]<small class="odwh-hulp">{made.help}</small>'
        "</div>\n</div>\n"
        for made in _of(part)
    )
    return f'<fieldset class="odwh-groep">\n<legend>{PARTS[part]}</legend>\n{fields}</fieldset>\n'


def _shown(part: str) -> str:
    """The title stands above the entry."""
    fields = "".join(
        f"<dt>{made.name}</dt><dd>[[{made.name}]]</dd>\n"
        for made in _of(part)
        if made is not FORM_FIELDS["title"]
    )
    return (
        f'<div class="odwh-groep odwh-deel">\n<h4>{PARTS[part]}</h4>\n<dl>\n{fields}</dl>\n</div>\n'
    )


def preset_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in preset_files().items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content.encode())
    return made.getvalue()
