"""Un petit programme d'essai : deux partenaires, une convention, des fiches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.programme.models import Contribution, Convention, Critere, Fiche, LigneDepense

LUNDI = datetime(2024, 6, 3, 9, 0, tzinfo=UTC)
Ligne = tuple[str, int | str | None, int | str | None]


def organisation(type: str = "cci") -> Organisation:
    noms = {"cci": "Chambre d'essai", "metropole": "Métropole d'essai"}
    trouvee, _ = Organisation.objects.get_or_create(nom=noms.get(type, f"Organisation {type}"), defaults={"type": type})
    return trouvee


def personne(*roles: str, organisation_de: str = "cci", cle: str = "") -> Personne:
    """Une personne portant ces rôles chez l'un des partenaires."""
    courriel = f"{cle or '.'.join(roles) or 'sans.role'}.{organisation_de}@essai.example"
    nouvelle = Personne.objects.create_user(
        courriel, "un-mot-de-passe-long", prenom=(cle or "Camille").capitalize(), nom=organisation_de.capitalize(),
        organisation=organisation(organisation_de),
    )  # fmt: skip
    for role in roles:
        Attribution.objects.create(personne=nouvelle, role=role)
    return nouvelle


def connecter(client: Client, qui: Personne) -> Client:
    client.force_login(qui)
    return client


def convention(debut: int = 2023, fin: int = 2025, **champs: Any) -> Convention:
    titre = champs.pop("titre", f"Convention {debut}-{fin}")
    trouvee, nouvelle = Convention.objects.get_or_create(
        titre=titre, debut=debut, fin=fin, defaults={"taux_jour_eur": Decimal(700), **champs}
    )
    if nouvelle:
        trouvee.partenaires.set([organisation("cci"), organisation("metropole")])
    return trouvee


def fiche(
    numero: int = 1,
    annee: int = 2024,
    *,
    lignes: Sequence[Ligne] = (("Animation", 1400, 2),),
    financements: dict[str, int | None] | None = None,
    maitre: str | None = "cci",
    **champs: Any,
) -> Fiche:
    """Une fiche et ses lignes `(libellé, montant, jours)` ; sans total donné, c'est la somme des lignes."""
    montants = [Decimal(montant) for _, montant, _ in lignes if montant is not None]
    champs = {
        "titre": f"Fiche d'essai {numero}", "titre_court": f"Essai {numero}", "action": f"essai_{numero}",
        "periode_entete": "2023/2025", "total_declare_eur": sum(montants, Decimal(0)), **champs,
    }  # fmt: skip
    nouvelle = Fiche.objects.create(
        convention=champs.pop("convention", None) or convention(), numero=numero, annee=annee, **champs
    )
    if maitre:
        nouvelle.maitres_ouvrage.add(organisation(maitre))
    for rang, (libelle, montant, jours) in enumerate(lignes):
        ajouter_ligne(nouvelle, libelle, montant, jours, ordre=rang)
    for rang, (financeur, apport) in enumerate((financements or {}).items()):
        Contribution.objects.create(fiche=nouvelle, financeur=financeur, montant_eur=apport, ordre=rang)
    return nouvelle


def ajouter_ligne(
    fiche: Fiche, libelle: str, montant: Any = None, jours: Any = None, *, ordre: int = 0, nature: str = ""
) -> LigneDepense:
    return LigneDepense.objects.create(
        fiche=fiche, ordre=ordre, libelle=libelle, nature=nature or ("jours" if jours is not None else "debours"),
        montant_eur=None if montant is None else Decimal(montant), jours=None if jours is None else Decimal(jours),
    )  # fmt: skip


def critere(fiche: Fiche, cle: str = "entreprises", **champs: Any) -> Critere:
    valeurs = {"libelle": "Entreprises rencontrées", "ordre": 0, "unite": "entreprises", "cible": Decimal(12), **champs}
    return Critere.objects.create(fiche=fiche, cle=cle, **valeurs)
