"""Les cartes des locaux : celle des partenaires, et celle que tout le monde peut ouvrir."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import QueryDict
from django.utils import timezone

from tissu.cartes.couches import Champ, Classe, Classement, Couche, Demande, Geometrie, Rues, Theme
from tissu.comptes.choices import AGENTS
from tissu.locaux.choices import EtatLocal, Independance, NatureLocal
from tissu.locaux.forms.filtres import FiltresForm, FiltresPublicsForm
from tissu.locaux.models import Campagne, Voie
from tissu.locaux.nomenclatures import familles
from tissu.locaux.permissions import LECTEURS, peut_lire_les_loyers
from tissu.locaux.queries.avancement import version_des_tournees
from tissu.locaux.queries.campagnes import jour_de
from tissu.locaux.queries.liste import filtrer, source_au
from tissu.locaux.queries.situation import situation, version
from tissu.locaux.rules.adresses import cle_voie
from tissu.publications.choices import Licence
from tissu.publications.contenu import Nature

SOURCE = "Relevés et fichiers des partenaires"
VACANT_ETATS = ("vacant", "vacant_commercialise", "vacant_non_commercialise", "vacant_structurel")
DIT_LES_ETATS = {etat.value: etat.label for etat in EtatLocal}
DIT_L_INDEPENDANCE = {une.value: une.label for une in Independance if une != Independance.INCONNUE}
DUREES = ("moins d'un an", "d'un à deux ans", "deux ans et plus", "durée inconnue")
TEINTES_DES_FAMILLES = ("vert", "prune", "ocre", "ciel", "pourpres-3", "vermillon", "bleu", "encre", "oranges-2")


def _jour(demande: Demande) -> date:
    return demande.au or timezone.localdate()


def formulaire(demande: Demande) -> FiltresForm:
    """Les filtres de la liste des locaux, tels quels."""
    parametres = demande.parametres if isinstance(demande.parametres, QueryDict) else QueryDict()
    return FiltresForm(parametres, table=situation(_jour(demande)))


def formulaire_public(demande: Demande) -> FiltresPublicsForm:
    """Les mêmes, moins ce qui ne regarde que les partenaires."""
    parametres = demande.parametres if isinstance(demande.parametres, QueryDict) else QueryDict()
    return FiltresPublicsForm(parametres, table=situation(_jour(demande)))


def lire_locaux(demande: Demande) -> pa.Table:
    """Les locaux d'un jour qui répondent aux filtres ; le loyer est tu à qui n'est pas d'un partenaire."""
    table = _en_mots(filtrer(situation(_jour(demande)), formulaire(demande).criteres()), _jour(demande))
    if peut_lire_les_loyers(demande.personne):
        return table
    return _poser(table, "loyer_eur_m2_an", pa.nulls(table.num_rows, pa.float64()))


def lire_geoshop(demande: Demande) -> pa.Table:
    """Les cellules occupées, et les vacantes dont le propriétaire a donné son accord ; rien de réservé."""
    table = filtrer(situation(_jour(demande)), formulaire_public(demande).criteres())
    occupee = pc.is_in(table["etat"], pa.array([EtatLocal.OCCUPE.value, EtatLocal.EPHEMERE.value]))
    montrees = pc.and_(
        pc.equal(table["nature"], NatureLocal.CELLULE.value), pc.or_(occupee, table["accord_publication"])
    )
    publiques = _en_mots(table.filter(pc.fill_null(montrees, False)), _jour(demande))
    tu = pa.scalar(None, pa.string())
    return _poser(
        publiques, "disponible_texte",
        pc.if_else(publiques["accord_publication"], publiques["disponible_texte"], tu),
    )  # fmt: skip


def _en_mots(table: pa.Table, au: date) -> pa.Table:
    """Les codes deviennent les mots de l'écran, et chaque local a un titre."""
    vacant = table["vacant"]
    titre = pc.if_else(vacant, "Local vacant", pc.coalesce(table["enseigne"], table["nom"], table["activite_libelle"]))
    for colonne, valeurs in (
        ("titre", pc.coalesce(titre, pa.scalar("Local sans enseigne"))),
        ("duree_de_vacance", pa.array(map(_duree, vacant.to_pylist(), table["vacant_depuis"].to_pylist(),
                                          [au] * table.num_rows), pa.string())),
        ("etat_dit", _traduire(table["etat"], DIT_LES_ETATS)),
        ("independance", _traduire(table["independance"], DIT_L_INDEPENDANCE)),
    ):  # fmt: skip
        table = _poser(table, colonne, valeurs)
    return table


def _duree(vacant: bool, depuis: date | None, au: date) -> str | None:
    if not vacant:
        return None
    if depuis is None:
        return DUREES[3]
    mois = (au.year - depuis.year) * 12 + au.month - depuis.month - (au.day < depuis.day)
    return DUREES[0] if mois < 12 else DUREES[1] if mois < 24 else DUREES[2]


def _traduire(colonne: pa.ChunkedArray, mots: Mapping[str, str]) -> pa.Array:
    return pa.array((mots.get(valeur) for valeur in colonne.to_pylist()), pa.string())


def _poser(table: pa.Table, nom: str, valeurs: Any) -> pa.Table:
    rang = table.schema.get_field_index(nom)
    return table.append_column(nom, valeurs) if rang < 0 else table.set_column(rang, nom, valeurs)


def version_du_jour() -> str:
    """Celle des locaux, et le jour : une durée de vacance change de classe en vieillissant."""
    return f"{version()}-{timezone.localdate():%Y%m%d}"


def version_des_locaux() -> str:
    """La même, et celle des tournées : un filtre de campagne suit les rues confiées."""
    return f"{version_du_jour()}-{version_des_tournees()}"


def dernier_releve() -> date | None:
    return source_au(situation(timezone.localdate()))


def jours() -> Sequence[date]:
    """Un jour par campagne, puis aujourd'hui : rien n'est su entre deux campagnes qu'un relevé ne dise."""
    campagnes = sorted({jour_de(campagne) for campagne in Campagne.objects.all()})
    return [*(jour for jour in campagnes if jour < timezone.localdate()), timezone.localdate()]


def _nom_de_la_rue(numero: str) -> str | None:
    voie = Voie.objects.filter(pk=numero).first() if numero.isdigit() else None
    return voie.nom if voie else None


def _chercher_une_rue(texte: str) -> Sequence[tuple[str, str]]:
    cle = cle_voie(texte)
    trouvees = Voie.objects.filter(nom_normalise__contains=cle)[:20] if cle else Voie.objects.none()
    return [(str(voie.pk), voie.nom) for voie in trouvees]


ETAT = Theme(
    "etat", "État", "etat_dit", Classement.CATEGORIES,
    classes=(
        Classe("Occupé", "bleu", (EtatLocal.OCCUPE.label, EtatLocal.EPHEMERE.label)),
        Classe("Vacant", "vermillon", tuple(DIT_LES_ETATS[etat] for etat in VACANT_ETATS)),
        Classe("Travaux ou reprise annoncée", "ocre", (EtatLocal.TRAVAUX.label,)),
        Classe("Changement de destination", "prune", (EtatLocal.MUTATION.label,)),
    ),
    note="Un local en travaux n'est pas vacant : son occupant est annoncé.",
)  # fmt: skip
FAMILLE = Theme(
    "famille", "Famille d'activités", "famille_libelle", Classement.CATEGORIES,
    classes=tuple(
        Classe(famille.libelle, teinte, (famille.libelle,))
        for famille, teinte in zip(familles().values(), TEINTES_DES_FAMILLES, strict=True)
    ),
    note="Gris : local vacant, ou activité inconnue.",
)  # fmt: skip
DUREE = Theme(
    "duree", "Durée de la vacance", "duree_de_vacance", Classement.CATEGORIES,
    classes=tuple(
        Classe(duree.capitalize(), teinte, (duree,))
        for duree, teinte in zip(DUREES, ("oranges-2", "oranges-3", "oranges-5", "encre"), strict=True)
    ),
    note="Une vacance constatée sans premier jour connu dure depuis le jour de ce constat au moins. Gris : non vacant.",
)  # fmt: skip
RUES = Rues("voie_id", _nom_de_la_rue, _chercher_une_rue)

LIEU = (
    Champ("adresse", "Adresse", carte=True),
    Champ("quartier", "Quartier"),
    Champ("commune", "Commune"),
)
OCCUPANT = (
    Champ("titre", "Local", carte=True),
    Champ("enseigne", "Enseigne", definition="Celle que l'on lit de la rue, ou du fichier de la ville."),
    Champ("activite_libelle", "Activité", carte=True),
    Champ("famille_libelle", "Famille d'activités", carte=True),
    Champ("independance", "Indépendant ou enseigne"),
)

LOCAUX = Couche(
    slug="locaux",
    titre="Locaux du territoire",
    objet=("local", "locaux"),
    resume="Chaque local, son occupant et son état, aujourd'hui ou au jour d'une campagne.",
    source=SOURCE,
    geometrie=Geometrie.POINT,
    champs=(
        *OCCUPANT,
        Champ("etat_dit", "État", carte=True),
        Champ("duree_de_vacance", "Durée de la vacance", carte=True),
        Champ("vacant_depuis", "Vacant depuis", Nature.DATE),
        Champ("releve_le", "Relevé le", Nature.DATE),
        *LIEU,
        Champ("surface_m2", "Surface (m²)", Nature.NOMBRE),
        Champ("surface_vente_m2", "Surface de vente (m²)", Nature.NOMBRE),
        Champ("vitrine_m", "Vitrine (m)", Nature.DECIMAL),
        Champ("loyer_eur_m2_an", "Loyer (€ HT/m²/an)", Nature.NOMBRE, reserve=AGENTS),
        Champ("siret", "SIRET", Nature.SIRET),
        Champ("id", "Référence"),
    ),
    themes=(ETAT, FAMILLE, DUREE),
    lire=lire_locaux,
    version=version_des_locaux,
    source_au=dernier_releve,
    titre_objet="titre",
    roles=LECTEURS,
    adresse_objet="locaux:local",
    filtres=formulaire,
    partage=lambda demande: peut_lire_les_loyers(demande.personne),
    dates=jours,
    rues=RUES,
)
GEOSHOP = Couche(
    slug="geoshop",
    titre="Commerces et services",
    objet=("cellule", "cellules"),
    resume="Les commerces et services de la métropole, et les cellules vacantes que leur propriétaire veut montrer.",
    source=SOURCE,
    geometrie=Geometrie.POINT,
    champs=(
        *OCCUPANT,
        Champ("etat_dit", "État", carte=True),
        *LIEU,
        Champ("disponible_texte", "À louer ou à vendre", definition="Écrit avec l'accord du propriétaire."),
        Champ("releve_le", "Relevé le", Nature.DATE),
        Champ("id", "Référence"),
    ),
    themes=(FAMILLE, ETAT),
    lire=lire_geoshop,
    version=version_du_jour,
    source_au=dernier_releve,
    titre_objet="titre",
    publique=True,
    filtres=formulaire_public,
    partage=lambda demande: None,
    rues=RUES,
    licence=Licence.LICENCE_OUVERTE,
)

COUCHES = (LOCAUX, GEOSHOP)
