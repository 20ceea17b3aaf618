"""Les travaux de fond du registre."""

from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.entrepot.instantane import RegistreAbsent
from tissu.entrepot.verrou import EcritureEnCours
from tissu.registre.operations import consulaire, importation, quarantaine
from tissu.registre.operations.depots import DepotIntrouvable
from tissu.registre.sources.consulaire import FichierConsulaireRefuse
from tissu.socle.territoire import territoire
from tissu.socle.travaux import EchecDefinitif, travail


@travail("registre.importer", libelle="Import des fichiers SIRENE")
def importer(
    suivi: Any, *, dossier: str, slug_territoire: str = "", forcer: bool = False, personne: int | None = None
) -> int:
    """Importe un dossier de fichiers officiels ; rend le numéro de l'import."""
    try:
        journal = importation.importer_sirene(
            dossier=Path(dossier), territoire=territoire(slug_territoire), auteur=personne, au=timezone.now(),
            suivi=suivi, forcer=forcer,
        )  # fmt: skip
    except (importation.ImportRefuse, EcritureEnCours) as refus:
        raise EchecDefinitif(str(refus)) from refus
    suivi.retourner_vers(reverse("registre:import", args=[journal.pk]))
    return journal.pk


@travail("registre.recomposer", libelle="Mise à jour du registre après des corrections")
def recomposer(suivi: Any) -> int:
    """Refait une version des mêmes sources avec les corrections d'aujourd'hui ; rend le numéro du journal."""
    return importation.recomposer(suivi=suivi, au=timezone.now()).pk


@travail("registre.consulaire", libelle="Application du fichier consulaire")
def appliquer_consulaire(suivi: Any, *, edition: int, personne: int | None = None) -> int:
    """Applique une édition du fichier consulaire, d'un coup ; rend son numéro."""
    suivi.avancer(0.1, "Lecture et écriture des données consulaires")
    suivi.retourner_vers(reverse("registre:consulaire"))
    try:
        return consulaire.appliquer_edition(edition_id=edition, auteur=personne, le=timezone.now()).pk
    except (consulaire.EditionRefusee, FichierConsulaireRefuse, DepotIntrouvable, RegistreAbsent) as refus:
        raise EchecDefinitif(str(refus)) from refus


@travail("registre.rejouer", libelle="Rejeu de lignes corrigées")
def rejouer(suivi: Any, *, corrections: dict[str, dict[str, str]], personne: int | None = None) -> int:
    """Rejoue des lignes de quarantaine corrigées ; rend le numéro de l'import."""
    try:
        journal = quarantaine.rejouer(
            corrections={int(numero): valeurs for numero, valeurs in corrections.items()},
            auteur=personne, au=timezone.now(), suivi=suivi,
        )  # fmt: skip
    except (importation.ImportRefuse, EcritureEnCours, RegistreAbsent) as refus:
        raise EchecDefinitif(str(refus)) from refus
    suivi.retourner_vers(reverse("registre:import", args=[journal.pk]))
    return journal.pk
