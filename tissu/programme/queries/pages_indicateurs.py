"""Ce que montrent les pages des critères : valeurs en mots, jauges, courbe, lignes lues avec les droits du lecteur."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import Resolver404, resolve

from tissu.programme import permissions
from tissu.programme.choices import EtatMesure, SensIndicateur
from tissu.programme.models import Mesure
from tissu.programme.queries.indicateurs import EtatCritere
from tissu.socle.action import portee_des_roles
from tissu.socle.ecrans import ecran_de
from tissu.socle.formats import mois_court, nombre, pourcentage
from tissu.socle.formats import variation as en_variation
from tissu.socle.indicateurs import indicateurs
from tissu.socle.models import Travail

LIGNES_PAR_PAGE = 50


def valeur_en_mots(valeur: Decimal | None, unite: str, *, secret: bool = False, texte: str = "") -> str:
    """« 12 rapports », « 83,3 % », « Secret statistique » ; le constat quand il n'y a pas de valeur."""
    if secret:
        return "Secret statistique"
    if valeur is None:
        return texte or "Pas de valeur"
    entier = valeur == valeur.to_integral_value()
    return f"{nombre(valeur, 0 if entier else 1)} {unite}".strip()


def periode_en_mots(code: str) -> str:
    """« oct. 2026 », « 1er sem. 2026 », « 2e trim. 2026 », « 2026 »."""
    if len(code) == 4:
        return code
    annee, reste = code.split("-")
    if reste[0] in "ST":
        rang = "1er" if reste[1] == "1" else f"{reste[1]}e"
        return f"{rang} {'sem.' if reste[0] == 'S' else 'trim.'} {annee}"
    return mois_court(code)


@dataclass(frozen=True)
class LigneDeCritere:
    """Un critère dans le tableau d'une fiche."""

    etat: EtatCritere
    valeur: str
    cible: str
    avancement: str
    jauge: int
    rythme: str
    sorte: str
    tendance: str
    barres: list[dict[str, Any]]


def lignes(etats: Sequence[EtatCritere]) -> list[LigneDeCritere]:
    """Les critères d'une fiche, mis en mots."""
    return [_ligne(etat) for etat in etats]


def _ligne(etat: EtatCritere) -> LigneDeCritere:
    critere, mesure = etat.critere, etat.mesure
    rythme, sorte = _rythme(etat)
    return LigneDeCritere(
        etat=etat,
        valeur=valeur_en_mots(
            etat.valeur_annee,
            critere.unite,
            secret=mesure is not None and mesure.secret and etat.valeur_annee is None,
            texte="Constat écrit" if mesure is not None and mesure.texte else "",
        )
        if mesure
        else "Pas encore mesuré",
        cible=valeur_en_mots(etat.cible, critere.unite) if etat.cible is not None else "",
        avancement=pourcentage(float(etat.avancement), 0) if etat.avancement is not None else "",
        jauge=min(100, round((etat.avancement or 0) * 100)),
        rythme=rythme,
        sorte=sorte,
        tendance=f"{en_variation(float(etat.tendance), 0 if etat.tendance == etat.tendance.to_integral_value() else 1)} sur un an"
        if etat.tendance is not None
        else "",
        barres=barres(etat),
    )


def _rythme(etat: EtatCritere) -> tuple[str, str]:
    """Où en est l'avancement devant ce que l'on attend ce jour, et sa couleur."""
    if etat.avancement is None:
        return "", "neutre"
    if etat.avancement >= 1:
        return "Cible atteinte", "succes"
    if etat.avancement >= etat.attendu or (not etat.critere.cumulatif and etat.attendu == 0):
        return "Au rythme attendu", "succes"
    return f"{pourcentage(float(etat.attendu), 0)} attendus ce jour", "attention"


def barres(etat: EtatCritere) -> list[dict[str, Any]]:
    """Les valeurs des périodes pour la petite courbe : hauteur de 0 à 100 et libellé complet."""
    connues = [m for m in etat.mesures if m.valeur is not None]
    plus_haute = max((abs(m.valeur or 0) for m in connues), default=Decimal(0)) or Decimal(1)
    return [
        {
            "x": rang * 8,
            "y": 24 - max(1, round(abs(m.valeur or 0) / plus_haute * 24)),
            "hauteur": max(1, round(abs(m.valeur or 0) / plus_haute * 24)),
            "libelle": f"{periode_en_mots(m.periode)} : {valeur_en_mots(m.valeur, etat.critere.unite)}",
        }
        for rang, m in enumerate(connues[-12:])
    ]


@dataclass(frozen=True)
class LignesDeMesure:
    """Les preuves d'une mesure pour un lecteur ; `ouvertes` faux : son rôle ne va pas jusqu'aux lignes."""

    mesure: Mesure
    ouvertes: bool
    colonnes: list[list[str]]
    lignes: list[dict[str, Any]]

    def page(self, numero: str | None) -> Page[dict[str, Any]]:
        return Paginator(self.lignes, LIGNES_PAR_PAGE).get_page(numero or 1)


def lignes_de(mesure: Mesure, personne: Any) -> LignesDeMesure:
    """Les lignes gardées avec la valeur ; un lien n'est donné que vers une page que la personne peut ouvrir."""
    if not peut_ouvrir_les_lignes(personne, mesure):
        return LignesDeMesure(mesure, False, [], [])
    colonnes = list(mesure.preuves.get("colonnes", []))
    ouvertes: dict[str, bool] = {}
    lues = []
    for ligne in mesure.preuves.get("lignes", []):
        adresse = ligne.get("adresse", "")
        lien = adresse if adresse and _ouvrable(adresse, personne, ouvertes) else ""
        lues.append({"cellules": [ligne.get(cle, "") for cle, _ in colonnes], "titres": colonnes, "adresse": lien})
    return LignesDeMesure(mesure, True, colonnes, lues)


def peut_ouvrir_les_lignes(personne: Any, mesure: Mesure) -> bool:
    """Les lignes sont à ceux qui portent un rôle de lecture sur l'action qui les produit, élus exceptés."""
    action = mesure.critere.indicateur.partition(".")[0] or mesure.critere.fiche.action
    return not permissions.LECTEURS_DES_LIGNES.isdisjoint(personne.roles_actifs(action))


def _ouvrable(adresse: str, personne: Any, connues: dict[str, bool]) -> bool:
    try:
        trouvee = resolve(adresse)
    except Resolver404:
        return False
    if trouvee.view_name not in connues:
        declaration = ecran_de(trouvee.func)
        roles = personne.roles_actifs(portee_des_roles(trouvee.namespace))
        connues[trouvee.view_name] = declaration is not None and declaration.ouvert_a(roles)
    return connues[trouvee.view_name]


def definition_de(etat: EtatCritere) -> dict[str, str]:
    """La définition, la source et la version de méthode : celles de l'action si elle calcule, sinon celles écrites."""
    indicateur = indicateurs().get(etat.critere.indicateur)
    if indicateur is not None:
        return {"definition": indicateur.definition, "source": indicateur.source, "version": indicateur.version}
    return {"definition": etat.critere.definition, "source": etat.critere.source, "version": ""}


def derniere_erreur(indicateur: str) -> str:
    """Le message du dernier calcul, s'il a échoué pour cet indicateur."""
    dernier = Travail.objects.filter(nom="programme.mesurer", fini_le__isnull=False).order_by("-fini_le").first()
    resultat = dernier.resultat if dernier is not None else None
    erreurs = resultat.get("erreurs", []) if isinstance(resultat, dict) else []
    return next((str(erreur["message"]) for erreur in erreurs if erreur["indicateur"] == indicateur), "")


def sens_en_mots(sens: str) -> str:
    return SensIndicateur(sens).label


def histoire_en_mots(mesures: Sequence[Mesure], unite: str) -> list[dict[str, Any]]:
    """L'histoire des valeurs pour le composant `chronologie`."""
    return [
        {
            "date": mesure.etablie_le,
            "titre": f"{periode_en_mots(mesure.periode)} : "
            f"{valeur_en_mots(mesure.valeur, unite, secret=mesure.secret, texte='constat')}",
            "texte": _suite(mesure),
            "source": str(mesure.etablie_par) if mesure.etablie_par else "calculée",
        }
        for mesure in mesures
    ]


def _suite(mesure: Mesure) -> str:
    phrases = [mesure.texte] if mesure.texte else []
    if mesure.etat == EtatMesure.REFUSEE:
        phrases.append(f"Refusée par {mesure.decidee_par} : {mesure.motif_refus}")
    elif mesure.etat == EtatMesure.PROPOSEE:
        phrases.append("Attend la validation de l'autre partenaire.")
    elif mesure.decidee_par is not None:
        phrases.append(f"Validée par {mesure.decidee_par}.")
    if mesure.remplacee:
        phrases.append("Remplacée depuis.")
    return " ".join(phrases)


def ecart_a_la_cible(etat: EtatCritere) -> str:
    """« il manque 3 rapports », « 2 au-delà de la cible », ou rien sans cible chiffrée."""
    if etat.cible is None or etat.valeur_annee is None:
        return ""
    ecart = etat.valeur_annee - etat.cible
    mots = valeur_en_mots(abs(ecart), etat.critere.unite)
    if ecart == 0:
        return "La cible est exactement atteinte."
    if etat.critere.sens == SensIndicateur.BAISSE:
        return f"{mots} {'au-dessus' if ecart > 0 else 'sous'} de la cible."
    return f"Il manque {mots}." if ecart < 0 else f"{mots} au-delà de la cible."


def jour_des_donnees(mesure: Mesure) -> date:
    return mesure.source_au or mesure.etablie_le.date()
