"""The dossier of a tranche in every form that it is given in."""

from __future__ import annotations

from adapter.ground.rendering.documents import Document, document_of
from adapter.subjects.requests.acts import Act
from adapter.views.dossier import decision_sheet
from adapter.views.dossier.dossier import Dossier, make_dossier
from adapter.views.dossier.report import Layout, dossier_report
from config.catalogue import Language
from policy.tranches import Tranche

WORKBOOK = "xlsx"
_LAYOUTS = {WORKBOOK: Layout.SHEETS, "pdf": Layout.PRINT, "html": Layout.SCREEN}


def dossier_document(act: Act, tranche: Tranche, form: str, language: Language) -> Document:
    """`form` is the name of a renderer; a workbook carries the decision sheet too."""
    return written(act, make_dossier(act, tranche), form, language)


def written(act: Act, dossier: Dossier, form: str, language: Language) -> Document:
    layout = _LAYOUTS.get(form, Layout.PAGES)
    report = dossier_report(dossier, act.policy, language, act.now, layout)
    sheet = decision_sheet.render(report, dossier) if form == WORKBOOK else None
    return document_of(report, form, sheet)
