"""Ce qu'un releveur emporte sur son téléphone : ses rues, leurs locaux dans l'ordre, de quoi choisir. Rien d'autre :
ni contact, ni loyer, ni SIRET."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet

from tissu.locaux import permissions
from tissu.locaux.choices import EtatCampagne, EtatLocal, Independance
from tissu.locaux.models import Local, PeriodeEtat, Releve, Tournee
from tissu.locaux.nomenclatures import choix_d_activite, libelle_activite
from tissu.locaux.queries.lignes import existants
from tissu.locaux.queries.montre import valeurs_de_chacun
from tissu.locaux.rules.parcours import LIBELLES, Porte, cote, en_marchant
from tissu.locaux.sources.champs import CHAMPS
from tissu.socle.formats import nombre
from tissu.socle.parametres import parametre
from tissu.socle.territoire import territoire

MESURES = frozenset({"surface_m2", "surface_vente_m2", "vitrine_m", "couverts", "chambres"})
NOMS = CHAMPS | {"etat": "État", "precision": "Précision", "local": "Local"}


def tournees_de(personne: Any) -> QuerySet[Tournee]:
    """Les rues des campagnes ouvertes confiées à cette personne ; à un agent des partenaires, les libres aussi."""
    siennes = Q(releveur=personne)
    if permissions.est_agent_partenaire(personne):
        siennes |= Q(releveur__isnull=True)
    ouvertes = Tournee.objects.filter(siennes, campagne__etat=EtatCampagne.OUVERTE)
    return ouvertes.select_related("campagne", "voie").order_by("campagne", "ordre", "pk")


def a_emporter(personne: Any, au: date) -> dict[str, Any]:
    """La première lecture du téléphone : qui l'on est, ses rues et leur avancement, les listes de choix."""
    tournees = list(tournees_de(personne))
    voies = {une.voie_id for une in tournees}
    locaux = Counter(existants(au).filter(voie__in=voies).order_by().values_list("voie_id", flat=True))
    releves = Counter(
        Releve.objects.filter(campagne__in={une.campagne_id for une in tournees}, local__in=existants(au))
        .filter(local__voie__in=voies)
        .order_by()
        .values_list("campagne_id", "local__voie_id", "local_id")
        .distinct()
        .values_list("campagne_id", "local__voie_id")
    )
    return {
        "personne": qui(personne),
        "tournees": [
            _apercu(une) | {"combien": locaux[une.voie_id], "faits": releves[une.campagne_id, une.voie_id]}
            for une in tournees
        ],
        "choix": choix(au),
    }


def qui(personne: Any) -> dict[str, Any]:
    """La personne à qui appartient ce que garde le téléphone."""
    return {"id": personne.pk, "nom": str(personne)}


def choix(au: date) -> dict[str, Any]:
    """De quoi remplir le formulaire sans réseau."""
    return {
        "etats": EtatLocal.choices,
        "independances": Independance.choices,
        "activites": choix_d_activite(),
        "cotes": LIBELLES,
        "noms": NOMS,
        "rayon_m": parametre("locaux.rayon_meme_local_m", au=au),
    }


def _apercu(tournee: Tournee) -> dict[str, Any]:
    voie = tournee.voie
    return {
        "id": tournee.pk,
        "voie": voie.nom,
        "code_commune": voie.code_commune,
        "commune": territoire().communes.get(voie.code_commune, voie.code_commune),
        "campagne": {"id": tournee.campagne_id, "nom": tournee.campagne.nom},
        "libre": tournee.releveur_id is None,
        "finie": tournee.finie_le is not None,
    }


def parcours(tournee: Tournee, au: date) -> dict[str, Any]:
    """Une rue entière : ses locaux dans l'ordre de la marche, et ceux que la campagne a déjà relevés."""
    locaux = list(existants(au).filter(voie=tournee.voie_id).select_related("voie"))
    faits = set(
        Releve.objects.filter(campagne=tournee.campagne_id, local__voie=tournee.voie_id)
        .order_by()
        .values_list("local_id", flat=True)
    )
    constates = dict(
        PeriodeEtat.objects.filter(local__in=locaux, releve_le__isnull=False)
        .order_by()
        .values_list("local_id")
        .annotate(Max("releve_le"))
    )
    montres = {un.reference: vu for un, vu in zip(locaux, montrer(locaux), strict=True)}
    pks = {un.reference: un.pk for un in locaux}
    portes = en_marchant(Porte(un.reference, un.numero, un.complement, un.etage) for un in locaux)
    return _apercu(tournee) | {
        "locaux": [
            montres[porte.reference]
            | {"fait": pks[porte.reference] in faits, "constate_le": constates.get(pks[porte.reference])}
            for porte in portes
        ]
    }


def montrer(locaux: Collection[Local]) -> list[dict[str, Any]]:
    """Chaque local tel que le téléphone le garde : sa version, les valeurs qu'il montre, leur lecture en clair."""
    valeurs = valeurs_de_chacun(locaux)
    return [
        {
            "reference": local.reference,
            "version": local.version,
            "titre": str(local),
            "cote": cote(local.numero),
            "vues": valeurs[local.pk],
        }
        for local in locaux
    ]


def conflits_de(releve: Releve) -> list[dict[str, Any]]:
    """Les champs en conflit d'un relevé, à montrer côte à côte ; d'un local dit nouveau, ceux qu'il pourrait être."""
    return [
        {
            "champ": conflit["champ"],
            "nom": NOMS.get(conflit["champ"], conflit["champ"]),
            "actuel": en_clair(conflit["champ"], conflit["actuel"]),
            "releve": en_clair(conflit["champ"], conflit["releve"]),
            "ressemblants": _ressemblants(conflit["actuel"]) if conflit["champ"] == "local" else [],
        }
        for conflit in releve.conflits
    ]


def _ressemblants(references: Collection[str]) -> list[dict[str, str]]:
    locaux = list(Local.objects.filter(reference__in=references).select_related("voie").order_by("reference"))
    return [
        {"reference": vu["reference"], "titre": vu["titre"], "enseigne": vu["vues"]["enseigne"]}
        for vu in montrer(locaux)
    ]


def en_clair(champ: str, valeur: Any) -> str:
    """Une valeur telle qu'une personne la lit."""
    if champ == "etat":
        return str(dict(EtatLocal.choices).get(valeur, valeur or ""))
    if champ == "independance":
        return str(dict(Independance.choices).get(valeur, valeur or ""))
    if champ == "activite":
        return libelle_activite(valeur or "")
    if valeur is None or champ == "local":
        return ""
    return _en_nombre(valeur) if champ in MESURES else str(valeur)


def _en_nombre(valeur: Any) -> str:
    exact = Decimal(str(valeur))
    return nombre(exact, 0 if exact == exact.to_integral_value() else 2)
