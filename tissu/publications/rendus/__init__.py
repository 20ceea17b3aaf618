"""Les rendus d'un `Document` : page web, PDF (PDF/UA), diaporama PPTX, classeur XLSX, CSV."""

from tissu.publications.contenu import Document
from tissu.publications.habillage import Habillage
from tissu.publications.rendus.classeur import rendre_classeur
from tissu.publications.rendus.diaporama import rendre_diaporama
from tissu.publications.rendus.feuille import rendre_csv
from tissu.publications.rendus.page import contexte_page
from tissu.publications.rendus.pdf import rendre_pdf
from tissu.socle.textes import sans_controle

FORMATS = {
    "pdf": ("application/pdf", "PDF"),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "Diaporama"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Classeur"),
    "csv": ("text/csv; charset=utf-8", "CSV"),
}


class FormatInconnu(ValueError):
    """Le format demandé n'a pas de rendu."""


def rendre(document: Document, format_: str, *, tableau: str = "", habillage: Habillage | None = None) -> bytes:
    """Rend le document en octets. `tableau` choisit celui d'un CSV (le dernier par défaut, d'ordinaire la liste).

    Lève `FormatInconnu`.
    """
    document, habillage = sans_controle(document), sans_controle(habillage)
    if format_ == "pdf":
        return rendre_pdf(document, habillage)
    if format_ == "pptx":
        return rendre_diaporama(document, habillage)
    if format_ == "xlsx":
        return rendre_classeur(document)
    if format_ == "csv":
        return rendre_csv(document, tableau)
    raise FormatInconnu(f"Le format « {format_} » n'existe pas : demandez {', '.join(FORMATS)}.")


__all__ = ["FORMATS", "FormatInconnu", "contexte_page", "rendre"]
