"""À qui écrire : les commerces ouverts sans adhésion que la chambre choisit, et pourquoi d'autres n'auront rien."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent
from tissu.actions.alerte_commerce.queries.couverture import Reseau, adherents_au, commerces_ouverts, quartier_de
from tissu.actions.alerte_commerce.rules.courriers import Candidat, motif_d_exclusion
from tissu.locaux.models import Occupation
from tissu.registre.queries.masques import sirets_masques
from tissu.socle.parametres import parametre


@dataclass(frozen=True)
class Criteres:
    """Ce que la chambre choisit ; vide : tous. `depuis` : installés ce jour-là ou après."""

    quartier: str = ""
    activite: str = ""
    depuis: date | None = None

    def en_json(self) -> dict[str, Any]:
        return asdict(self) | {"depuis": self.depuis.isoformat() if self.depuis else None}


@dataclass(frozen=True)
class Approche:
    """Les commerces à qui écrire, dans l'ordre d'une tournée ; et combien sont laissés de côté, par motif."""

    retenus: list[dict[str, Any]]
    exclus: Mapping[str, int] = field(default_factory=dict)


def nouveaux_depuis(jour: date) -> date:
    """Le premier jour des commerces dits nouveaux."""
    return jour - timedelta(days=int(parametre("alerte_commerce.nouveau_jours", au=jour)))


def approche(criteres: Criteres, jour: date) -> Approche:
    """Les commerces ouverts ce jour-là, sans adhésion active, qui répondent aux critères, en quelques requêtes."""
    actifs, autres, proteges = Reseau(adherents_au(jour)), Reseau(_connus_au(jour)), _proteges(jour)
    etats = dict(Adherent.objects.filter(_connus_au(jour)).values_list("pk", "etat"))
    retenus, exclus = [], Counter[str]()
    for ligne in commerces_ouverts(jour):
        if not _repond(ligne, criteres) or actifs.adherent(ligne) is not None:
            continue
        connu = autres.adherent(ligne)
        candidat = Candidat(
            ligne["enseigne"] or "", ligne["adresse"] or "", ligne["pk"] in proteges,
            etats[connu] if connu is not None else "",
        )  # fmt: skip
        motif = motif_d_exclusion(candidat)
        if motif is None:
            retenus.append(ligne)
        else:
            exclus[motif.value] += 1
    retenus.sort(key=lambda ligne: (ligne["code_postal"] or "", ligne["adresse"], ligne["enseigne"], ligne["pk"]))
    return Approche(retenus, dict(exclus))


def choix_de_quartier(jour: date) -> list[tuple[str, str]]:
    """Les quartiers, sinon les communes, où il y a des commerces ouverts."""
    return [(nom, nom) for nom in sorted({quartier_de(ligne) for ligne in commerces_ouverts(jour)})]


def _repond(ligne: Mapping[str, Any], criteres: Criteres) -> bool:
    depuis = ligne["occupe_depuis"]
    return (
        (not criteres.quartier or quartier_de(ligne) == criteres.quartier)
        and (not criteres.activite or ligne["famille"] == criteres.activite)
        and (criteres.depuis is None or (depuis is not None and depuis >= criteres.depuis))
    )


def _connus_au(jour: date) -> Q:
    """Ceux qui ne sont pas adhérents ce jour-là, et que la chambre connaît : en cours, suspendus, partis, refusés."""
    lendemain = timezone.make_aware(datetime.combine(jour + timedelta(days=1), time()))
    demandes = Q(demande_le__isnull=True) | Q(demande_le__lt=lendemain)
    return (
        Q(etat__in=(EtatAdherent.DEMANDE, EtatAdherent.A_VERIFIER, EtatAdherent.REFUSE)) & demandes
        | Q(etat=EtatAdherent.SUSPENDU, adhere_le__lte=jour)
        | Q(etat=EtatAdherent.PARTI, parti_le__lte=jour)
    )


def _proteges(jour: date) -> frozenset[int]:
    """Les locaux dont l'occupant est en diffusion partielle : c'est ainsi que l'Insee porte l'opposition."""
    courantes = Occupation.objects.filter(
        Q(debut__isnull=True) | Q(debut__lte=jour), Q(fin__isnull=True) | Q(fin__gte=jour)
    ).exclude(siret="")
    masques = sirets_masques()
    return frozenset(
        local for local, siret in courantes.order_by().values_list("local_id", "siret") if siret in masques
    )
