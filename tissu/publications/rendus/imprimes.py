"""Le dépliant et les lettres en PDF balisé, composés par typst : les données passent en JSON, jamais comme balisage."""

import json
from typing import Any

import typst

from tissu.publications.codes_qr import code_qr
from tissu.publications.contenu import Bloc, Intertitre, Liste, Paragraphe
from tissu.publications.graphiques import POLICES
from tissu.publications.habillage import Habillage
from tissu.publications.imprimes import Courrier, Depliant, Invitation, Logo, Papier
from tissu.publications.rendus.pdf import ACCENT, GABARIT
from tissu.socle.textes import sans_controle


class BlocHorsDImprime(TypeError):
    """Un dépliant et une lettre ne portent que des paragraphes, des intertitres et des listes."""


def rendre_depliant(depliant: Depliant, papier: Papier, habillage: Habillage | None = None) -> bytes:
    """Le dépliant sur une page de ce papier. Lève `BlocHorsDImprime`."""
    depliant, habillage = sans_controle(depliant), habillage or Habillage()
    return _composer(
        "depliant",
        {
            "papier": papier.value, "accent": habillage.accent or ACCENT, "titre": depliant.titre,
            "accroche": depliant.accroche, "blocs": [_bloc(bloc) for bloc in depliant.blocs],
            "invitation": _invitation(depliant.invitation), "contacts": list(depliant.contacts),
            "logos": [_logo(logo) for logo in depliant.logos], "mention": depliant.mention,
        },
    )  # fmt: skip


def rendre_lettres(courrier: Courrier, habillage: Habillage | None = None) -> bytes:
    """Les lettres l'une après l'autre, chacune sur sa feuille, l'adresse à la place d'une fenêtre.

    Lève `BlocHorsDImprime`.
    """
    courrier, habillage = sans_controle(courrier), sans_controle(habillage or Habillage())
    return _composer(
        "lettres",
        {
            "accent": habillage.accent or ACCENT, "titre": courrier.titre, "fait": courrier.fait,
            "organisation": habillage.organisation, "pied": habillage.pied, "logo": list(habillage.logo),
            "signature": courrier.signature, "invitation": _invitation(courrier.invitation),
            "lettres": [
                {"destinataire": list(une.destinataire), "objet": une.objet, "blocs": [_bloc(b) for b in une.blocs]}
                for une in courrier.lettres
            ],
        },
    )  # fmt: skip


def _composer(gabarit: str, donnees: dict[str, Any]) -> bytes:
    return typst.compile(
        GABARIT.with_name(f"{gabarit}.typ"), format="pdf", font_paths=[POLICES], ignore_system_fonts=True,
        sys_inputs={"imprime": json.dumps(donnees, ensure_ascii=False)}, pdf_standards=["ua-1"],
    )  # fmt: skip


def _invitation(invitation: Invitation) -> dict[str, str]:
    return {"appel": invitation.appel, "courte": invitation.courte, "qr": code_qr(invitation.adresse)}


def _logo(logo: Logo) -> dict[str, Any]:
    return {"organisation": logo.organisation, "sorte": logo.sorte, "octets": list(logo.octets)}


def _bloc(bloc: Bloc) -> dict[str, Any]:
    if isinstance(bloc, Liste):
        return {"sorte": "liste", "elements": list(bloc.elements)}
    if isinstance(bloc, Intertitre):
        return {"sorte": "intertitre", "texte": bloc.texte}
    if isinstance(bloc, Paragraphe):
        return {"sorte": "paragraphe", "texte": bloc.texte}
    raise BlocHorsDImprime(f"Un imprimé ne porte pas de bloc « {type(bloc).__name__} ».")
