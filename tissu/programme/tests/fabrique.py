"""De quoi peupler un essai du programme : deux partenaires, une convention, des fiches, des personnes connectées."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.programme.choices import EtatFiche, NatureDepense, SectionDeFiche, TypeRevue
from tissu.programme.models import (
    Contribution,
    Convention,
    Critere,
    Fiche,
    LigneDepense,
    Revue,
    SectionRedigee,
    TauxJour,
)
from tissu.programme.operations import revues

AU = datetime(2024, 6, 10, 9, 0, tzinfo=UTC)
FIN_2024, LE_BILAN = date(2024, 12, 31), datetime(2025, 1, 20, 9, 0, tzinfo=UTC)
JOUR = AU.date()
TAUX = Decimal(700)
NOMS = {
    "cci": ("Chambre d'essai", TypeOrganisation.CCI),
    "metropole": ("Métropole d'essai", TypeOrganisation.METROPOLE),
    "agence": ("Agence d'essai", TypeOrganisation.AGENCE),
}

# (libellé, montant, jours) ou (libellé, montant, jours, nature) ; None : le document ne l'écrit pas.
Ligne = Sequence[Any]


def partenaire(cle: str = "cci") -> Organisation:
    """« cci » ou « metropole » (les deux partenaires), « agence » (une tierce) ; la même si on la redemande."""
    nom, type_ = NOMS[cle]
    return Organisation.objects.get_or_create(nom=nom, defaults={"type": type_})[0]


def convention(debut: int = 2023, fin: int = 2025, *, titre: str = "Convention d'essai", **champs: Any) -> Convention:
    """Une convention entre les deux partenaires, à 700 € la journée ; la même si on la redemande."""
    champs = {"taux_jour_eur": TAUX} | champs
    creee, neuve = Convention.objects.get_or_create(debut=debut, fin=fin, titre=titre, defaults=champs)
    if neuve:
        creee.partenaires.set([partenaire("cci"), partenaire("metropole")])
    return creee


def personne(
    *roles: str, organisation: str = "cci", cle: str = "", action: str = "", debut: date = date(2020, 1, 1)
) -> Personne:
    """Une personne avec ces rôles : `personne("charge_mission", organisation="metropole")` ; la même redemandée."""
    cle = cle or "-".join([*roles, organisation])
    courriel = f"{cle.replace('_', '-')}@essai.example"
    existante = Personne.objects.filter(courriel=courriel).first()
    if existante:
        return existante
    creee = Personne.objects.create_user(
        courriel, "mot-de-passe-d-essai", prenom=cle.title(), nom="Essai", organisation=partenaire(organisation)
    )
    for role in roles:
        Attribution.objects.create(personne=creee, role=Role(role), action=action, debut=debut)
    return creee


def fiche(
    numero: int = 1,
    annee: int = 2024,
    *,
    action: str = "",
    lignes: Sequence[Ligne] = (("Entretiens", 8400, 12), ("Restitution", 700, 1)),
    maitres: Sequence[str] = ("cci",),
    convention_: Convention | None = None,
    **champs: Any,
) -> Fiche:
    """Une fiche signée, conduite par la CCI, avec ses lignes et son taux.

    `total_declare_eur` vaut la somme des lignes écrites, sauf si on le donne.
    """
    ecrits = [Decimal(str(ligne[1])) for ligne in lignes if ligne[1] is not None]
    defauts: dict[str, Any] = {
        "titre": f"Fiche d'essai numéro {numero}",
        "titre_court": f"Essai {numero}",
        "etat": EtatFiche.SIGNEE,
        "total_declare_eur": sum(ecrits, Decimal(0)),
        "calendrier_debut": date(annee, 1, 1),
        "calendrier_fin": date(annee, 12, 31),
    }
    creee = Fiche.objects.create(
        convention=convention_ or convention(),
        numero=numero,
        annee=annee,
        action=action or f"action_{numero}",
        **(defauts | champs),
    )
    creee.maitres_ouvrage.set([partenaire(cle) for cle in maitres])
    for rang, donnees in enumerate(lignes, start=1):
        ligne(creee, *donnees, ordre=rang)
    TauxJour.objects.create(fiche=creee, debut=date(annee, 1, 1), montant_eur=creee.convention.taux_jour_eur)
    return creee


def ligne(
    de: Fiche, libelle: str, montant: Any = None, jours: Any = None, nature: str = "", *, ordre: int = 0
) -> LigneDepense:
    """Une ligne de dépense ; sans nature dite, des jours si elle en porte, un débours sinon."""
    return LigneDepense.objects.create(
        fiche=de,
        ordre=ordre or de.lignes.count() + 1,
        libelle=libelle,
        nature=nature or (NatureDepense.JOURS if jours is not None else NatureDepense.DEBOURS),
        jours=None if jours is None else Decimal(str(jours)),
        montant_eur=None if montant is None else Decimal(str(montant)),
    )


def contribution(de: Fiche, financeur: str, montant: Any = None, **champs: Any) -> Contribution:
    """Ce qu'un financeur apporte ; sans montant, « contribution non précisée »."""
    ecrit = None if montant is None else Decimal(str(montant))
    rang = champs.pop("ordre", de.contributions.count() + 1)
    return Contribution.objects.create(fiche=de, financeur=financeur, montant_eur=ecrit, ordre=rang, **champs)


def critere(de: Fiche, cle: str = "entreprises", **champs: Any) -> Critere:
    """Un critère à cible chiffrée : dix entreprises, sauf si l'on dit autre chose."""
    defauts: dict[str, Any] = {"ordre": de.criteres.count() + 1, "libelle": "Entreprises suivies",
                               "unite": "entreprises", "cible": Decimal(10)}  # fmt: skip
    return Critere.objects.create(fiche=de, cle=cle, **(defauts | champs))


def section(de: Fiche, rubrique: str = SectionDeFiche.OBJECTIFS, texte: str = "Un objectif d'essai.") -> SectionRedigee:
    return SectionRedigee.objects.create(fiche=de, section=rubrique, texte=texte)


def ouvrir_revue(
    convention_: Convention, auteur: Personne, *, annee: int = 2024, type_: str = TypeRevue.BILAN_ANNUEL,
    au: date = FIN_2024,
) -> Revue:  # fmt: skip
    """La revue d'une année, photographiée : le bilan de 2024 si l'on ne dit rien."""
    return revues.ouvrir(convention=convention_, annee=annee, type=type_, au=au, auteur=auteur, le=LE_BILAN)


def verrouiller(revue: Revue, *signataires: Personne) -> Revue:
    """Arrête la revue et lui donne l'accord de chacun ; deux organisations la verrouillent."""
    empreinte = revues.arreter(revue=revue, auteur=signataires[0], au=LE_BILAN).empreinte
    for signataire in signataires:
        revues.donner_accord(revue=revue, empreinte=empreinte, auteur=signataire, au=LE_BILAN)
    return Revue.objects.select_related("convention").get(pk=revue.pk)


def fermer(reponse: Any) -> None:
    """Ferme le fichier qu'une réponse sert. `reponse.close()` fermerait aussi la connexion à la base de l'essai."""
    for fermeture in reponse._resource_closers:
        fermeture()


def connecter(client: Client, qui: Personne) -> Client:
    """Le client, connecté sous le nom de cette personne."""
    client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
