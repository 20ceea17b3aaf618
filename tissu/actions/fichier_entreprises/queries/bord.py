"""Le tableau de bord de la fiche, sa part de la page d'accueil et de la fiche d'un établissement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.actions.fichier_entreprises import permissions, rules
from tissu.actions.fichier_entreprises.choices import Secteurs
from tissu.actions.fichier_entreprises.models import EditionMensuelle, EditionPlusDe50, Piste, Signalement
from tissu.actions.fichier_entreprises.queries import cadre, flux, grands, pistes
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.registre.choices import LIBELLES_EVENEMENTS, TypeEvenement
from tissu.socle.formats import pluriel, variation
from tissu.socle.periodes import Periode, mois_precedent


@dataclass(frozen=True)
class Attente:
    """Ce qui demande une action, et où la faire."""

    titre: str
    detail: str
    url: str
    presse: bool = False


@dataclass(frozen=True)
class Bord:
    """Le tableau de bord du dernier mois complet."""

    periode: Periode
    source_au: date
    perimetre: str
    bodacc: bool
    serie: list[flux.PointDeSerie]
    attentes: list[Attente]
    editions: list[EditionMensuelle]
    listes: list[EditionPlusDe50]

    @property
    def dernier(self) -> flux.PointDeSerie:
        return self.serie[-1]

    @property
    def un_an_avant(self) -> flux.PointDeSerie:
        return self.serie[0]


def tableau_de_bord(personne: Any, *, au: datetime) -> Bord:
    """Le tableau de bord vu par une personne. Lève `RegistreAbsent`."""
    instantane = courant()
    periode = cadre.dernier_mois_complet(instantane)
    champ = cadre.perimetre(Secteurs.INDUSTRIE_SERVICES, au=periode.fin)
    return Bord(
        periode=periode,
        source_au=cadre.source_au(instantane),
        perimetre=champ.texte,
        bodacc=cadre.bodacc_importe(instantane),
        serie=flux.serie(periode, champ),
        attentes=attentes(personne, au=au),
        editions=dernieres_editions(6),
        listes=list(EditionPlusDe50.objects.defer("etablissements", "unites_legales").order_by("-semestre")[:4]),
    )


def attentes(personne: Any, *, au: datetime) -> list[Attente]:
    """Ce qui attend la personne : rapports et listes à publier, pistes à prendre, signalements à lire."""
    trouvees: list[Attente] = []
    if permissions.peut_publier(personne):
        trouvees += _a_publier()
    if permissions.peut_voir_pistes(personne):
        trouvees += _pistes_en_attente(personne, au)
        trouvees += _signalements_neufs(personne)
    return trouvees


def _a_publier() -> list[Attente]:
    instantane = courant()
    trouvees = []
    dernier = cadre.dernier_mois_complet(instantane)
    codes = [mois_precedent(dernier, rang).code for rang in range(2, -1, -1)]
    publies = set(EditionMensuelle.objects.filter(mois__in=codes).values_list("mois", flat=True))
    for code in codes:
        if code not in publies:
            trouvees.append(
                Attente(
                    f"Le rapport {cadre.de_mois(code)} n'est pas publié",
                    "Ses données sont complètes : relisez-le, puis figez sa première valeur.",
                    reverse("fichier_entreprises:flux", args=[code]),
                    presse=code == dernier.code,
                )
            )
    due = grands.derniere_edition_due(cadre.source_au(instantane))
    if not EditionPlusDe50.objects.filter(semestre=due.code).exists():
        trouvees.append(
            Attente(
                f"La liste des plus de 50 salariés du {due.libelle} n'est pas publiée",
                "Elle se figera avec les effectifs connus ce jour.",
                reverse("fichier_entreprises:grands", args=[due.code]),
            )
        )
    return trouvees


def _pistes_en_attente(personne: Any, au: datetime) -> list[Attente]:
    comptes = pistes.comptes_des_pistes(personne)
    retard = pistes.en_retard(personne, timezone.localdate(au))
    adresse = reverse("fichier_entreprises:pistes")
    trouvees = []
    if comptes["miennes_nouvelles"]:
        mots = pluriel(comptes["miennes_nouvelles"], "nouvelle piste vous attend", "nouvelles pistes vous attendent")
        trouvees.append(Attente(mots, "Prenez-les en charge ou dites pourquoi non.", f"{adresse}?etat=nouvelle"))
    if retard:
        mots = pluriel(retard, "piste à relancer", "pistes à relancer")
        trouvees.append(Attente(mots, "Leur prochaine action était prévue avant aujourd'hui.", adresse, presse=True))
    if comptes["sans_suivi"] and permissions.peut_confier(personne):
        mots = pluriel(comptes["sans_suivi"], "piste que personne ne suit", "pistes que personne ne suit")
        trouvees.append(Attente(mots, "Confiez-les à un chargé de filière.", f"{adresse}?vue=toutes"))
    return trouvees


def _signalements_neufs(personne: Any) -> list[Attente]:
    neufs = Signalement.objects.filter(veille__personne=personne, envoye_le=None).count()
    if not neufs:
        return []
    mots = pluriel(neufs, "signalement dans vos veilles", "signalements dans vos veilles")
    return [Attente(mots, "Des entreprises que vous suivez ont bougé.", reverse("fichier_entreprises:veilles"))]


def sur_l_etablissement(siret: str, personne: Any) -> dict[str, Any]:
    """Ce que la fiche 7 sait d'un établissement : événements, pistes, veilles, éditions des plus de 50."""
    try:
        evenements = courant().lignes("evenements", "siret", [siret])
    except RegistreAbsent:
        evenements = []
    agent = permissions.peut_voir_pistes(personne)
    return {
        "evenements": [
            {
                "date": ligne["date_effet"],
                "titre": LIBELLES_EVENEMENTS[TypeEvenement(ligne["type"])],
                "texte": ligne["motif"],
                "url": reverse("fichier_entreprises:flux", args=[f"{ligne['date_effet']:%Y-%m}"]),
            }
            for ligne in sorted(evenements, key=lambda ligne: ligne["date_effet"], reverse=True)
        ],
        "pistes": list(Piste.objects.filter(siret=siret).select_related("regle", "assignee").order_by("pk"))
        if agent
        else [],
        "signalements": list(
            Signalement.objects.filter(siret=siret, veille__personne=personne).select_related("veille").order_by("pk")
        )
        if agent
        else [],
        "editions": editions_ou_figure(siret),
    }


def editions_ou_figure(siret: str) -> list[str]:
    """Les listes semestrielles figées où l'établissement figure, de la plus récente à la plus ancienne."""
    listes = EditionPlusDe50.objects.order_by("-semestre").only("semestre", "etablissements")
    return [liste.semestre for liste in listes if any(e["identifiant"] == siret for e in liste.etablissements)]


def solde_fige(edition: EditionMensuelle) -> str:
    """Le solde d'une édition tel qu'il fut publié, en mots : le chiffre d'aujourd'hui peut en différer."""
    solde = rules.solde(edition.totaux)["etablissements"]["solde"]
    return f"solde publié de {variation(solde)} établissements"


def dernieres_editions(nombre: int) -> list[EditionMensuelle]:
    """Les dernières éditions mensuelles, sans leurs listes."""
    return list(EditionMensuelle.objects.defer("evenements").order_by("-mois", "pk")[:nombre])
