"""L'effet d'une action de communication, en un document : chaque chiffre mène aux adhérents qu'il compte."""

from collections.abc import Sequence

from django.urls import reverse

from tissu.actions.alerte_commerce.models import Adherent, Communication
from tissu.actions.alerte_commerce.queries.effets import AUTOUR, Mesure
from tissu.actions.alerte_commerce.rules.effets import Groupe
from tissu.locaux.nomenclatures import libelle_famille
from tissu.publications import graphiques
from tissu.publications.contenu import (
    Bloc,
    Chiffre,
    Chiffres,
    Colonne,
    Document,
    Encadre,
    Figure,
    Nature,
    Paragraphe,
    Section,
    SorteDeGraphique,
    Tableau,
    graphique_natif,
)
from tissu.socle.formats import date_longue, mois_long, nombre, pluriel
from tissu.socle.territoire import territoire

TITRES = {"contactes": "Adhésions parmi les contactés", "comparables": "Adhésions parmi les comparables"}


def document_effet(action: Communication, lue: Mesure, *, lignes: tuple[str, Sequence[Adherent]] | None) -> Document:
    """Les chiffres, les adhésions autour de l'action, la méthode. `lignes` : le titre et les adhérents à montrer."""
    blocs: list[Bloc] = [_chiffres(action, lue), _par_mois(action, lue)]
    if lignes is not None:
        blocs.append(_adherents(*lignes))
    return Document(
        titre=f"Effet : {action.titre}", sous_titre="", territoire=territoire().nom, periode=date_longue(action.le),
        source_au=lue.jusqu_au, version="", sections=[Section("effet", "Effet", [*blocs, _methode(lue)])],
    )  # fmt: skip


def _chiffres(action: Communication, lue: Mesure) -> Bloc:
    effet = lue.effet
    if effet is None:
        return Paragraphe("Sans liste de destinataires, ni quartier, ni activité, l'effet ne se compare pas : corrigez "
                          "l'action pour dire où elle s'est faite.")  # fmt: skip
    ici = reverse("alerte_commerce:communication", args=[action.pk])
    ecart = None if effet.ecart is None else f"{'+' if effet.ecart > 0 else ''}{nombre(effet.ecart, 1)}"
    return Chiffres([
        Chiffre(TITRES["contactes"], effet.contactes.adhesions, comparaison=_part(effet.contactes),
                definition="Commerces contactés qui ont adhéré dans le délai.",
                adresse=f"{ici}?lignes=contactes#effet"),
        Chiffre(TITRES["comparables"], effet.comparables.adhesions, comparaison=_part(effet.comparables),
                definition="Commerces de même activité, sans adhésion ce jour-là, et non contactés.",
                adresse=f"{ici}?lignes=comparables#effet"),
        Chiffre("Écart", ecart, Nature.TEXTE, unite="points",
                definition="Part des contactés qui ont adhéré, moins celle des comparables."),
        Chiffre("Coût par adhésion", effet.cout_eur, Nature.CENTIMES,
                definition="Coût de l'action sur les adhésions des contactés.",
                adresse=f"{ici}?lignes=contactes#effet"),
    ])  # fmt: skip


def _part(groupe: Groupe) -> str:
    part = "" if groupe.taux is None else f", soit {nombre(100 * groupe.taux, 1)} %"
    return f"sur {nombre(groupe.commerces)}{part}"


def _par_mois(action: Communication, lue: Mesure) -> Figure:
    ici = reverse("alerte_commerce:communication", args=[action.pk])
    lignes = [
        {"mois": code, "nom": mois_long(code), "adhesions": combien, "adresse": f"{ici}?lignes={code}#effet"}
        for code, combien in lue.mois
    ]
    du_mois = dict(lue.mois)[f"{action.le:%Y-%m}"]
    colonnes = (Colonne("nom", "Mois"), Colonne("adhesions", "Adhésions", Nature.NOMBRE, adresse="adresse"))
    return Figure(
        f"{pluriel(du_mois, 'adhésion')} le mois de l'action",
        f"Adhésions au réseau par mois, {AUTOUR} mois avant et après",
        graphiques.courbe_mensuelle(lignes, valeur="adhesions", unite="adhésions"),
        f"Adhésions par mois autour de {mois_long(f'{action.le:%Y-%m}')}.",
        Tableau("adhesions", "Adhésions par mois", colonnes, lignes), "Adhésions au réseau Alerte Commerce",
        natif=graphique_natif(lignes, SorteDeGraphique.COURBE, categorie="nom", valeurs={"adhesions": "Adhésions"}),
    )  # fmt: skip


def _adherents(titre: str, adherents: Sequence[Adherent]) -> Tableau:
    colonnes = (
        Colonne("nom", "Commerce", adresse="fiche"), Colonne("activite", "Activité"), Colonne("adresse", "Adresse"),
        Colonne("adhere_le", "Adhérent depuis", Nature.DATE),
    )  # fmt: skip
    lignes = [
        {"nom": un.nom, "activite": libelle_famille(un.activite), "adresse": un.adresse, "adhere_le": un.adhere_le,
         "fiche": reverse("alerte_commerce:adherent", args=[un.pk])}
        for un in adherents
    ]  # fmt: skip
    return Tableau("lignes", titre, colonnes, lignes, vide="Aucune adhésion.")


def _methode(lue: Mesure) -> Encadre:
    etat = (
        "Le délai est passé." if lue.close else f"Compté jusqu'au {date_longue(lue.jusqu_au)} ; le délai court encore."
    )
    return Encadre("Comment cela se compte", [
        f"Une adhésion compte du lendemain de l'action à {lue.delai_jours} jours après son dernier jour. {etat}",
        "Les comparables ont la même activité, étaient ouverts et sans adhésion ce jour-là, et pouvaient être "
        "contactés. Ce ne sont pas des jumeaux : un quartier, un commerce neuf peut adhérer plus ou moins sans que "
        "l'action y soit pour rien.",
        "Un adhérent se reconnaît à son local, à son SIRET, sinon à son nom à son adresse.",
    ])  # fmt: skip
