"""Ce que montrent les pages des critères : valeurs en mots, jauges, courbe, lignes lues avec les droits du lecteur."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import Resolver404, resolve

from tissu.programme import permissions
from tissu.programme.choices import EtatMesure, OrigineMesure, SensIndicateur
from tissu.programme.models import Critere, FigureFigee, Mesure
from tissu.programme.queries.indicateurs import EtatCritere, MesureLue
from tissu.socle.action import portee_des_roles
from tissu.socle.ecrans import ecran_de
from tissu.socle.formats import INSECABLE, mois_court, nombre, pourcentage
from tissu.socle.formats import variation as en_variation
from tissu.socle.indicateurs import indicateurs
from tissu.socle.models import Travail

LIGNES_PAR_PAGE = 50
HAUTEUR = 24
SANS_PLURIEL = {"mois", "fois", "dans", "sans", "avis", "accès", "temps"}


def valeur_en_mots(valeur: Decimal | None, unite: str, *, secret: bool = False, texte: str = "") -> str:
    """« 12 rapports », « 83,3 % », « Secret statistique » ; le constat quand il n'y a pas de valeur."""
    if secret:
        return "Secret statistique"
    if valeur is None:
        return texte or "Pas de valeur"
    entier = valeur == valeur.to_integral_value()
    return f"{nombre(valeur, 0 if entier else 1)}{INSECABLE}{accorder(unite, valeur)}".strip()


def accorder(unite: str, valeur: Decimal) -> str:
    """L'unité, écrite au pluriel, au singulier devant moins de deux : « 1 liste », « 1 mois »."""
    if abs(valeur) >= 2:
        return unite
    return " ".join(
        mot[:-1] if len(mot) > 3 and mot.endswith("s") and mot not in SANS_PLURIEL else mot for mot in unite.split()
    )


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
    depart: str
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
        depart=valeur_en_mots(critere.reference, critere.unite) if critere.reference is not None else "",
        avancement=pourcentage(float(etat.avancement), 0) if etat.avancement is not None else "",
        jauge=min(100, round((etat.avancement or 0) * 100)),
        rythme=rythme,
        sorte=sorte,
        tendance=_tendance_en_mots(etat.tendance),
        barres=barres(etat),
    )


def _tendance_en_mots(ecart: Decimal | None) -> str:
    if ecart is None:
        return ""
    return f"{en_variation(float(ecart), 0 if ecart == ecart.to_integral_value() else 1)} sur un an"


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
    connues = [(mesure.periode, Decimal(mesure.valeur)) for mesure in etat.mesures if mesure.valeur is not None]
    plus_haute = max((abs(valeur) for _, valeur in connues), default=Decimal(0)) or Decimal(1)
    trouvees = []
    for rang, (periode, valeur) in enumerate(connues[-12:]):
        hauteur = max(1, round(abs(valeur) / plus_haute * HAUTEUR))
        libelle = f"{periode_en_mots(periode)} : {valeur_en_mots(valeur, etat.critere.unite)}"
        trouvees.append({"x": rang * 8, "y": HAUTEUR - hauteur, "hauteur": hauteur, "libelle": libelle})
    return trouvees


@dataclass(frozen=True)
class Preuves:
    """Les lignes derrière un chiffre, pour un lecteur. `ouvertes` faux : il n'a pas de rôle sur l'action qui les donne.

    `reservees` : combien de lignes mènent à une page que le lecteur ne peut pas ouvrir ; elles ne sont pas montrées.
    """

    ouvertes: bool
    colonnes: list[list[str]]
    lignes: list[dict[str, Any]]
    reservees: int = 0


@dataclass(frozen=True)
class LignesDeMesure(Preuves):
    """Les preuves d'une mesure."""

    mesure: Mesure = field(kw_only=True)

    def page(self, numero: str | None) -> Page[dict[str, Any]]:
        return Paginator(self.lignes, LIGNES_PAR_PAGE).get_page(numero or 1)


def lignes_de(mesure: Mesure, personne: Any) -> LignesDeMesure:
    """Les lignes gardées avec la valeur que la personne a le droit de lire."""
    lues = _preuves(mesure.preuves, personne, _action_des_preuves(mesure.critere))
    return LignesDeMesure(**vars(lues), mesure=mesure)


def lignes_de_la_figure(figure: FigureFigee, personne: Any) -> Preuves:
    """Les lignes figées avec un chiffre d'une revue : celles d'un critère, aux mêmes droits que celles de sa mesure."""
    action = ""
    if figure.groupe == "critere" and figure.fiche is not None:
        cle = figure.cle.partition(".critere.")[2]
        critere = figure.fiche.criteres.filter(cle=cle).first()
        action = _action_des_preuves(critere) if critere else figure.fiche.action
    return _preuves(figure.lignes, personne, action or "programme")


def _preuves(preuves: Mapping[str, Any], personne: Any, action: str) -> Preuves:
    """Les lignes sont à ceux qui portent un rôle de lecture sur l'action qui les produit."""
    if permissions.LECTEURS.isdisjoint(personne.roles_actifs(action)):
        return Preuves(False, [], [])
    colonnes = list(preuves.get("colonnes", []))
    gardees = preuves.get("lignes", [])
    ouvertes: dict[str, bool] = {}
    lues = [
        {
            "cellules": [{"titre": titre, "texte": ligne.get(cle, "")} for cle, titre in colonnes],
            "adresse": ligne.get("adresse", ""),
        }
        for ligne in gardees
        if not ligne.get("adresse") or _ouvrable(ligne["adresse"], personne, ouvertes)
    ]
    return Preuves(True, colonnes, lues, len(gardees) - len(lues))


def _action_des_preuves(critere: Critere) -> str:
    return critere.indicateur.partition(".")[0] or critere.fiche.action


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


def histoire_en_mots(mesures: Sequence[Mesure], unite: str) -> list[dict[str, Any]]:
    """L'histoire des valeurs pour le composant `chronologie`."""
    return [
        {
            "date": mesure.etablie_le,
            "titre": f"{periode_en_mots(mesure.periode)} : "
            f"{valeur_en_mots(mesure.valeur, unite, secret=mesure.secret, texte='constat')}",
            "texte": _suite(mesure),
            "source": str(mesure.etablie_par) if mesure.etablie_par else "calcul de l'action",
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


def periodes(etat: EtatCritere, histoire: Sequence[Mesure]) -> list[dict[str, Any]]:
    """Les valeurs en vigueur période par période, pour le tableau."""
    complete = {mesure.pk: mesure for mesure in histoire}
    return [
        {
            "mesure": complete[mesure.pk],
            "periode": periode_en_mots(mesure.periode),
            "valeur": valeur_en_mots(mesure.valeur, etat.critere.unite, secret=mesure.secret, texte=mesure.texte),
            "rapport": _rapport(mesure),
            "calculee": mesure.origine == OrigineMesure.CALCULEE,
        }
        for mesure in etat.mesures
    ]


def _rapport(mesure: Mesure | MesureLue) -> str:
    if mesure.numerateur is None or mesure.denominateur is None:
        return ""
    return f"{nombre(mesure.numerateur)} sur {nombre(mesure.denominateur)}"


def ventilation(histoire: Sequence[Mesure], derniere: MesureLue | None, unite: str) -> list[tuple[str, str]]:
    """La ventilation de la dernière valeur ; une part tue est « Secret statistique »."""
    complete = next((m for m in histoire if derniere is not None and m.pk == derniere.pk), None)
    lues = complete.ventilation if complete is not None else []
    return [
        (libelle, valeur_en_mots(None if part is None else Decimal(part), unite, secret=part is None))
        for libelle, part in lues
    ]


def proposees(histoire: Sequence[Mesure], personne: Any, critere: Critere) -> list[dict[str, Any]]:
    """Les valeurs d'un critère qui attendent une décision, et si cette personne peut la prendre."""
    attendues = [mesure for mesure in histoire if mesure.etat == EtatMesure.PROPOSEE]
    for mesure in attendues:
        mesure.critere = critere
    return a_decider(attendues, personne)


def a_decider(mesures: Sequence[Mesure], personne: Any) -> list[dict[str, Any]]:
    """Des valeurs proposées, en mots, avec le droit de la personne sur chacune."""
    return [
        {
            "mesure": mesure,
            "periode": periode_en_mots(mesure.periode),
            "valeur": valeur_en_mots(mesure.valeur, mesure.critere.unite, texte="Constat"),
            "rapport": _rapport(mesure),
            "peut": permissions.peut_valider(personne, mesure.critere.fiche, auteur=mesure.etablie_par),
        }
        for mesure in mesures
    ]
