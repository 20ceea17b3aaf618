"""Ce que le registre dit sur la page d'accueil : son dernier import, le mois écoulé, les corrections à revoir."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tissu.comptes.choices import LECTEURS_DU_REGISTRE
from tissu.comptes.permissions import peut_corriger_registre
from tissu.entrepot.instantane import Instantane, RegistreAbsent, courant
from tissu.registre.queries.corrections import compte_a_revoir
from tissu.socle.accueil import BlocAccueil, Chiffre, Ligne, Urgence
from tissu.socle.formats import date_longue, mois_long, nombre, pluriel


def accueil(personne: Any, *, au: datetime) -> BlocAccueil | None:
    """Les nouvelles du registre pour qui peut le lire, ou None."""
    if LECTEURS_DU_REGISTRE.isdisjoint(personne.roles_actifs()):
        return None
    try:
        instantane = courant()
    except RegistreAbsent:
        return None
    source_au = date.fromisoformat(instantane.manifeste["source_au"])
    return BlocAccueil(
        nouveautes=[_dernier_import(instantane, source_au)],
        attentes=_attentes(personne),
        chiffres=_chiffres(instantane, source_au),
    )


def _dernier_import(instantane: Instantane, source_au: date) -> Ligne:
    comptes = instantane.manifeste["comptes"]
    return Ligne(
        titre=f"Registre à jour des fichiers Sirene du {date_longue(source_au)}",
        detail=f"{nombre(comptes['etablissements'])} établissements, dont {nombre(comptes['actifs'])} actifs.",
        url=reverse("registre:liste"),
        date=datetime.fromisoformat(instantane.manifeste["cree_le"]).date(),
    )


def _attentes(personne: Any) -> list[Ligne]:
    combien = compte_a_revoir() if peut_corriger_registre(personne) else 0
    if not combien:
        return []
    return [
        Ligne(
            titre=f"{pluriel(combien, 'correction')} à revoir",
            detail="La source a changé depuis, ou l'échéance est passée.",
            url=reverse("registre:corrections"),
            urgence=Urgence.A_FAIRE,
        )
    ]


def mois_couvert(source_au: date) -> tuple[date, date]:
    """Le premier et le dernier jour du dernier mois que les fichiers couvrent en entier."""
    fin = source_au if (source_au + timedelta(days=1)).day == 1 else source_au.replace(day=1) - timedelta(days=1)
    return fin.replace(day=1), fin


def _chiffres(instantane: Instantane, source_au: date) -> list[Chiffre]:
    debut, fin = mois_couvert(source_au)
    table = instantane.table("etablissements")
    ouverts = table.date_creation.between(debut, fin).sum().fill_null(0)
    fermes = table.date_fermeture.between(debut, fin).sum().fill_null(0)
    lus = instantane.executer(table.aggregate(ouverts=ouverts, fermes=fermes))[0]
    mois = mois_long(f"{debut:%Y-%m}")
    adresse = reverse("registre:liste")
    return [
        Chiffre(
            libelle=f"Établissements créés en {mois}", valeur=int(lus["ouverts"]), au=source_au, source="Insee, Sirene",
            url=f"{adresse}?{urlencode({'creation_du': debut, 'creation_au': fin})}",
            definition="Établissements dont la création est datée de ce mois, transferts et reprises compris.",
        ),
        Chiffre(
            libelle=f"Établissements fermés en {mois}", valeur=int(lus["fermes"]), au=source_au, source="Insee, Sirene",
            url=f"{adresse}?{urlencode({'fermeture_du': debut, 'fermeture_au': fin})}",
            definition="Établissements dont la fermeture est datée de ce mois, transferts compris.",
        ),
    ]  # fmt: skip
