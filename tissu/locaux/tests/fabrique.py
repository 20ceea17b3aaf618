"""De quoi peupler un essai des locaux : un local, son occupant, son état, une campagne, des personnes."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tissu.comptes.choices import Role, TypeOrganisation
from tissu.comptes.models import Attribution, Organisation, Personne
from tissu.locaux.choices import EtatCampagne, EtatLocal, Independance, MethodeCampagne, OrigineActivite, Source
from tissu.locaux.models import Campagne, Local, Occupation, PeriodeEtat, Voie
from tissu.locaux.rules.adresses import cle_voie

AU = datetime(2024, 6, 10, 9, 0, tzinfo=UTC)
JOUR = AU.date()
DIJON = "21231"
_rangs = count(1)


def voie(nom: str = "RUE DE LA LIBERTE", code_commune: str = DIJON) -> Voie:
    """Une rue ; la même si on la redemande."""
    return Voie.objects.get_or_create(code_commune=code_commune, nom_normalise=cle_voie(nom), defaults={"nom": nom})[0]


def campagne(nom: str = "Campagne d'essai", debut: date = date(2024, 2, 7), **champs: Any) -> Campagne:
    """Une campagne close, faite sur place ; la même si on la redemande."""
    defauts: dict[str, Any] = {
        "methode": MethodeCampagne.TERRAIN, "definition": "Toute cellule à vitrine.", "perimetre": "Centre-ville",
        "debut": debut, "fin": debut, "etat": EtatCampagne.CLOSE,
    }  # fmt: skip
    return Campagne.objects.get_or_create(nom=nom, defaults=defauts | champs)[0]


def local(
    enseigne: str = "",
    activite: str = "",
    *,
    etat: str | None = None,
    depuis: date | None = None,
    releve_le: date | None = None,
    independance: str = Independance.INCONNUE,
    siret: str = "",
    rue: str | Voie = "RUE DE LA LIBERTE",
    de: Campagne | None = None,
    **champs: Any,
) -> Local:
    """Un local et ce qu'il en est : occupé s'il a une enseigne ou une activité, vacant sinon, sauf `etat` dit.

    `depuis` : premier jour de l'état et de l'occupation ; None : avant tout relevé. `etat=""` : aucun état connu.
    """
    rang = next(_rangs)
    code_commune = champs.pop("code_commune", DIJON)
    defauts: dict[str, Any] = {
        "reference": f"E{rang:06d}", "numero": str(rang), "voie": rue if isinstance(rue, Voie) else
        voie(rue, code_commune), "lon": 5.04 + rang * 1e-5, "lat": 47.32, "code_postal": "21000", "cree_le": AU,
    }  # fmt: skip
    cree = Local.objects.create(code_commune=code_commune, **(defauts | champs))
    if enseigne or activite:
        Occupation.objects.create(
            local=cree, debut=depuis, enseigne=enseigne, activite=activite, siret=siret, source=Source.FICHIER,
            independance=independance, origine_activite=OrigineActivite.FICHIER, campagne=de,
        )  # fmt: skip
    if etat is None:
        etat = EtatLocal.OCCUPE if enseigne or activite else EtatLocal.VACANT
    if etat:
        PeriodeEtat.objects.create(
            local=cree, etat=etat, debut=depuis, releve_le=releve_le, source=Source.FICHIER, campagne=de
        )
    return cree


def etats(de: Local, *periodes: tuple[str, date | None, date | None]) -> None:
    """Remplace l'histoire des états d'un local : (état, premier jour, dernier jour)."""
    de.etats.all().delete()
    for etat, debut, fin in periodes:
        PeriodeEtat.objects.create(local=de, etat=etat, debut=debut, fin=fin, releve_le=debut, source=Source.TERRAIN)


def occupations(de: Local, *periodes: tuple[str, str, date | None, date | None]) -> None:
    """Remplace les occupants d'un local : (enseigne, activité, premier jour, dernier jour)."""
    de.occupations.all().delete()
    for enseigne, activite, debut, fin in periodes:
        Occupation.objects.create(
            local=de, enseigne=enseigne, activite=activite, debut=debut, fin=fin, source=Source.TERRAIN,
            origine_activite=OrigineActivite.RELEVE,
        )  # fmt: skip


def personne(*roles: str, organisation: str = "cci", cle: str = "") -> Personne:
    """Une personne avec ces rôles, chez « cci », « metropole » ou « agence » ; la même si on la redemande."""
    cle = cle or "-".join([*roles, organisation])
    courriel = f"{cle.replace('_', '-')}@essai.example"
    existante = Personne.objects.filter(courriel=courriel).first()
    if existante:
        return existante
    type_ = {"cci": TypeOrganisation.CCI, "metropole": TypeOrganisation.METROPOLE}.get(
        organisation, TypeOrganisation.AGENCE
    )
    appartient = Organisation.objects.get_or_create(nom=f"Organisation d'essai {organisation}",
                                                    defaults={"type": type_})[0]  # fmt: skip
    creee = Personne.objects.create_user(courriel, "mot-de-passe-d-essai", prenom=cle.title(), nom="Essai",
                                         organisation=appartient)  # fmt: skip
    for role in roles:
        Attribution.objects.create(personne=creee, role=Role(role), debut=date(2020, 1, 1))
    return creee
