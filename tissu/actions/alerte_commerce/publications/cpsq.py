"""La fiche d'une séance du CPSQ, sur une page ou deux : le mois écoulé, et ce que la séance d'avant avait décidé."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import ArticleDeStock
from tissu.actions.alerte_commerce.models import DecisionCPSQ, SeanceCPSQ
from tissu.actions.alerte_commerce.permissions import peut_lire_les_seances
from tissu.actions.alerte_commerce.queries.seances import MoisDuReseau, a_suivre, mois_de_la_fiche, mois_du_reseau
from tissu.actions.alerte_commerce.rules.chaine import duree_lisible
from tissu.comptes.choices import Role
from tissu.publications.choices import Audience, NatureDePublication, Periodicite, Theme
from tissu.publications.contenu import (
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Liste,
    Nature,
    Paragraphe,
    Section,
    Tableau,
)
from tissu.publications.sources import DocumentIndisponible, SourceDeDocument
from tissu.socle.formats import date_courte, date_longue
from tissu.socle.territoire import territoire

CLE = "alerte_commerce.cpsq"
TROP_PEU = "Moins de trois alertes : leurs chiffres ne se disent pas."


def document_cpsq(seance: SeanceCPSQ, *, au: datetime) -> Document:
    """La fiche à distribuer en séance. Nombre constant de requêtes."""
    mois = mois_de_la_fiche(seance)
    lu, decisions = mois_du_reseau(mois, au=au), a_suivre(seance)
    return Document(
        titre=f"CPSQ du {date_longue(seance.le)}", sous_titre="Alerte Commerce : le mois écoulé",
        territoire=territoire().nom, periode=mois.libelle, source_au=min(mois.fin, timezone.localdate(au)), version="",
        partenaires=territoire().partenaires, fiche=True,
        sections=[
            Section("essentiel", "Le réseau", [_chiffres(lu), *_communications(lu)]),
            Section("alertes", "Les alertes", _alertes(lu)),
            Section("decisions", "Ce qui avait été décidé", [_decisions(decisions)]),
            Section("stock", "Le stock", [Liste([f"{ArticleDeStock(article).label} : {reste}"
                                                 for article, reste in lu.stock.items()])]),
        ],
    )  # fmt: skip


def source_du_cpsq() -> SourceDeDocument:
    """Les fiches, une par séance, pour les deux partenaires et les forces de l'ordre."""
    return SourceDeDocument(
        cle=CLE, slug="cpsq", titre="Fiches du CPSQ", resume="Le réseau Alerte Commerce, séance par séance du CPSQ.",
        document=_a_diffuser, retour=lambda reference: reverse("alerte_commerce:seances"),
        nature=NatureDePublication.NOTE, origine="alerte_commerce", theme=Theme.SOCIETE,
        mots_cles=("commerce", "sécurité", "CPSQ"), periodicite=Periodicite.MENSUELLE,
        audience=Audience.COMITE_PILOTAGE, raison="Elle dit l'activité d'un mois, et les suites qu'on lui donne.",
        lecteurs=frozenset({Role.POLICE}),
    )  # fmt: skip


def _a_diffuser(reference: str, *, personne: Any, au: datetime) -> Document:
    seance = SeanceCPSQ.objects.filter(pk=int(reference)).first() if reference.isdecimal() else None
    if seance is None:
        raise DocumentIndisponible("Cette séance n'existe plus.")
    if not peut_lire_les_seances(personne):
        raise DocumentIndisponible("Les fiches du CPSQ se lisent par la police et les deux partenaires.")
    return document_cpsq(seance, au=au)


def _chiffres(lu: MoisDuReseau) -> Chiffres:
    fin = date_courte(lu.mois.fin)
    return Chiffres([
        Chiffre("Adhérents", lu.membres, unite="commerces", comparaison=f"au {fin}"),
        Chiffre("Arrivées", lu.arrivees, comparaison="dans le mois"),
        Chiffre("Départs", lu.departs, comparaison="dans le mois"),
        Chiffre("Couverture", lu.couverts / lu.commerces if lu.commerces else None, Nature.TAUX,
                comparaison=f"{lu.couverts} commerces sur {lu.commerces}"),
        Chiffre("Alertes envoyées", "secret" if lu.alertes.secret else lu.alertes.alertes, comparaison="dans le mois"),
        Chiffre("Commerces contactés", lu.contactes, comparaison="par lettre, dans le mois"),
    ])  # fmt: skip


def _communications(lu: MoisDuReseau) -> list[Bloc]:
    if not lu.communications:
        return []
    return [Liste([f"{date_courte(une.le)} : {une.titre}" for une in lu.communications])]


def _alertes(lu: MoisDuReseau) -> list[Bloc]:
    if not lu.sur_un_an.natures:
        return [Paragraphe(TROP_PEU if lu.sur_un_an.secret else "Aucune alerte en douze mois.")]
    avertissement = [Paragraphe(f"{lu.mois.libelle.capitalize()} : {TROP_PEU[0].lower()}{TROP_PEU[1:]}")]
    pas = [
        {"nom": titre, "mois": duree_lisible(mois[titre]) or None, "an": duree_lisible(duree) or None}
        for mois in [dict(lu.alertes.pas) or dict.fromkeys(dict(lu.sur_un_an.pas))]
        for titre, duree in lu.sur_un_an.pas
    ]
    return [
        *(avertissement if lu.alertes.secret else []),
        _croise("natures", "Par nature", "Nature", lu.alertes.natures, lu.sur_un_an.natures),
        _croise("quartiers", "Par quartier", "Quartier ou commune", lu.alertes.quartiers, lu.sur_un_an.quartiers),
        _croise("heures", "Par heure du fait", "Heure", lu.alertes.heures, lu.sur_un_an.heures),
        _tableau("chaine", "La chaîne mesurée, médiane depuis le fait", "Pas", pas, Nature.TEXTE),
    ]  # fmt: skip


def _croise(
    identifiant: str, titre: str, colonne: str, mois: Iterable[tuple[str, int]], an: Iterable[tuple[str, int]]
) -> Tableau:  # fmt: skip
    du_mois: Mapping[str, int] = dict(mois)
    noms = list(dict.fromkeys([*dict(an), *du_mois]))
    sur_un_an = dict(an)
    lignes = [{"nom": nom, "mois": du_mois.get(nom), "an": sur_un_an.get(nom)} for nom in noms]
    return _tableau(identifiant, titre, colonne, lignes, Nature.NOMBRE)


def _tableau(
    identifiant: str, titre: str, colonne: str, lignes: Sequence[dict[str, Any]], nature: Nature
) -> Tableau:  # fmt: skip
    colonnes = (Colonne("nom", colonne), Colonne("mois", "Mois", nature), Colonne("an", "Douze mois", nature))
    note = (
        "Les cases de moins de trois alertes sont réunies ; un tiret n'est pas un zéro"
        if nature == Nature.NOMBRE
        else ""
    )
    return Tableau(identifiant, titre, colonnes, lignes, note=note)


def _decisions(decisions: Sequence[DecisionCPSQ]) -> Tableau:
    colonnes = (
        Colonne("seance", "Séance", Nature.DATE), Colonne("texte", "Action"), Colonne("responsable", "Qui"),
        Colonne("echeance", "Pour le", Nature.DATE), Colonne("etat", "État"), Colonne("suite", "Suite"),
    )  # fmt: skip
    lignes = [
        {"seance": une.seance.le, "texte": une.texte, "responsable": une.responsable, "echeance": une.echeance,
         "etat": une.get_etat_display(), "suite": une.suite}
        for une in decisions
    ]  # fmt: skip
    return Tableau("decisions", "Actions décidées", colonnes, lignes, vide="Rien n'attendait.")
