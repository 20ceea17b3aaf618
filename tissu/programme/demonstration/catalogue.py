"""La démonstration part de la vraie convention (fiches de 2024) ; les années suivantes sont préparées par le produit.

Les fiches de 2025 restent dans la convention 2023-2025 ; celles de 2026 sont dans une seconde convention, visiblement
de démonstration. Relancée, elle n'ajoute que ce qui manque et ne touche à rien de ce qui a été changé depuis.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from tissu.comptes.models import Personne
from tissu.programme.choices import EtatFiche
from tissu.programme.models import Convention, Fiche
from tissu.programme.operations.annees import preparer_annee
from tissu.programme.operations.conventions import enregistrer_convention
from tissu.programme.operations.etats import signer
from tissu.programme.operations.importation import importer_programme
from tissu.programme.sources.programme_yaml import lire_dossier
from tissu.socle.territoire import territoire

SUITE = "Partenariat économique 2026-2028 (projet de démonstration)"
MISSIONS = ("mission.cci@demo.example", "mission.metropole@demo.example")


def installer(*, au: datetime, suivi: Any) -> None:
    """Charge le programme du territoire pour les deux organisations de démonstration, puis prépare 2025 et 2026."""
    dossier = territoire().dossier
    if dossier is None or not (dossier / "programme").is_dir():
        return
    signataires = [Personne.objects.get(courriel=courriel) for courriel in MISSIONS]
    programme = lire_dossier(dossier / "programme")
    convention = importer_programme(programme=programme, auteur=signataires[0], au=au, signees=True).convention
    suite = _convention_suivante(convention, auteur=signataires[0], au=au)
    for dans, annee in ((convention, 2025), (suite, 2026)):
        for fiche in Fiche.objects.filter(annee=annee - 1).order_by("numero", "pk"):
            if not Fiche.objects.filter(convention=dans, numero=fiche.numero, annee=annee).exists():
                _preparer_et_signer(fiche, annee, dans, signataires, au)


def _convention_suivante(convention: Convention, *, auteur: Personne, au: datetime) -> Convention:
    existante = Convention.objects.filter(titre=SUITE).first()
    if existante is not None:
        return existante
    suite = Convention(titre=SUITE, debut=2026, fin=2028, taux_jour_eur=Decimal(700))
    return enregistrer_convention(convention=suite, partenaires=convention.partenaires.all(), auteur=auteur, au=au)


def _preparer_et_signer(fiche: Fiche, annee: int, dans: Convention, signataires: list[Personne], au: datetime) -> None:
    if not fiche.pilotes.exists():
        fiche.pilotes.set(signataires[:1])
    suivante = preparer_annee(fiche=fiche, annee=annee, convention=dans, auteur=signataires[0], au=au)
    for signataire in signataires:
        if suivante.etat == EtatFiche.PREPARATION:
            suivante = signer(fiche=suivante, auteur=signataire, au=au)
