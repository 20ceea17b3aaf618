"""Ce que les locaux apportent aux pages des autres : ce qui attend, et le local d'un établissement."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from tissu.locaux import permissions
from tissu.locaux.choices import EtatRapprochement
from tissu.locaux.models import ImportLocaux, Local, Rapprochement, Signalement
from tissu.locaux.queries.anomalies import nombre_a_decider
from tissu.locaux.queries.files import a_trancher
from tissu.locaux.queries.terrain import tournees_de
from tissu.locaux.queries.vacance import vacance
from tissu.registre.queries.masques import sirets_masques
from tissu.socle.accueil import BlocAccueil, Chiffre, Ligne, Urgence
from tissu.socle.formats import nombre, pluriel, pourcentage


def accueil(personne: Any, *, au: datetime) -> BlocAccueil | None:
    """La vacance du jour, le dernier fichier, et pour un agent ce qui attend."""
    if not permissions.peut_lire(personne) or not Local.objects.exists():
        return None
    jour = au.date()
    total = vacance(jour)["total"]
    taux = total["vacantes"] / total["cellules"] if total["cellules"] else None
    chiffre = Chiffre(
        libelle="Cellules vacantes", valeur=pourcentage(taux), unite=f"{nombre(total['vacantes'])} sur "
        f"{nombre(total['cellules'])}", au=jour, url=f"{reverse('locaux:liste')}?etat=vacants",
        definition="En nombre de cellules commerciales ; travaux et reprises annoncées à part.",
        source="Relevés et fichiers des partenaires",
    )  # fmt: skip
    return BlocAccueil(
        nouveautes=_nouveautes(),
        attentes=[*_mes_rues(personne), *(_attentes() if permissions.peut_modifier(personne) else [])],
        chiffres=[chiffre],
    )


def _nouveautes() -> list[Ligne]:
    dernier = ImportLocaux.objects.exclude(applique_le=None).order_by("-applique_le").first()
    if dernier is None:
        return []
    return [
        Ligne(
            titre=f"Locaux à jour de « {dernier.nom} »", detail=f"{pluriel(dernier.cellules, 'ligne')} gardées.",
            url=reverse("locaux:import", args=[dernier.pk]), date=dernier.applique_le,
        )
    ]  # fmt: skip


def _mes_rues(personne: Any) -> list[Ligne]:
    """Celles qu'on lui a confiées et qu'elle n'a pas finies."""
    combien = tournees_de(personne).filter(releveur=personne, finie_le__isnull=True).count()
    if not combien:
        return []
    return [Ligne(f"{pluriel(combien, 'rue')} à relever", reverse("locaux:terrain"), urgence=Urgence.A_FAIRE)]


def _attentes() -> list[Ligne]:
    a_verifier = Signalement.objects.filter(clos_le__isnull=True).count()
    proposes = Rapprochement.objects.filter(etat=EtatRapprochement.PROPOSE).values("local").distinct().count()
    dites = (
        (a_verifier, "local à vérifier", "locaux à vérifier", "signalements"),
        (a_trancher().count(), "relevé en conflit à trancher", "relevés en conflit à trancher", "conflits"),
        (proposes, "local à rapprocher du registre", "locaux à rapprocher du registre", "rapprochements"),
        (nombre_a_decider(), "anomalie d'import à décider", "anomalies d'import à décider", "imports"),
    )
    return [
        Ligne(pluriel(combien, un, plusieurs), reverse(f"locaux:{page}"), urgence=Urgence.A_FAIRE)
        for combien, un, plusieurs, page in dites
        if combien
    ]


def fiche_etablissement(siret: str, personne: Any) -> dict[str, Any] | None:
    """Les locaux que cet établissement occupe, ou a occupés ; rien d'un établissement protégé."""
    if not permissions.peut_lire(personne) or siret in sirets_masques():
        return None
    occupes = Local.objects.filter(occupations__siret=siret, ecarte_le__isnull=True).distinct().select_related("voie")
    locaux = list(occupes.order_by("reference"))
    if not locaux:
        return None
    return {"titre": "Local occupé", "html": render_to_string("locaux/_etablissement.html", {"locaux": locaux})}
