"""Ce que des personnes ont fait de ces locaux : décisions, scissions, rapprochements, relevés, photographies."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from django.core.files.base import ContentFile
from django.db.models import Count, Q
from PIL import Image, ImageDraw

from tissu.comptes.choices import Role
from tissu.comptes.models import Personne
from tissu.entrepot.instantane import RegistreAbsent, courant
from tissu.locaux.choices import VACANTS, CodeAnomalieLocaux, DecisionAnomalie, EtatCampagne, EtatLocal
from tissu.locaux.demonstration.fichiers import DIJON, EDITION_2024
from tissu.locaux.demonstration.ville import GRAINE, Cellule, fermees
from tissu.locaux.models import AnomalieLocaux, Campagne, Local, Rapprochement, Tournee, Voie
from tissu.locaux.operations import (
    anomalies,
    campagnes,
    fiscal,
    locaux,
    rapprochement,
    releves,
    tournees,
    transformations,
)
from tissu.locaux.operations.photos import deposer_photo
from tissu.locaux.operations.transformations import Partie
from tissu.locaux.queries.files import a_rapprocher
from tissu.locaux.queries.montre import valeurs_en_json
from tissu.registre.operations.depots import deposer
from tissu.socle.parametres import parametre

PHOTOS = 10
RUES = 5
RELEVES_PAR_RUE = 25
JOUR_DES_RELEVES = date(2026, 10, 6)
JOUR_DES_MURS = date(2026, 7, 1)


def _agents() -> list[Personne]:
    """Les chargés de mission de la démonstration ; sans eux, rien ne s'écrit."""
    return list(
        Personne.objects.filter(attributions__role=Role.CHARGE_MISSION, courriel__endswith="@demo.example")
        .distinct()
        .order_by("courriel")
    )


def installer(*, au: datetime) -> None:
    """Tous les gestes, dans l'ordre où ils se font."""
    agents = _agents()
    if not agents:
        return
    rng = np.random.default_rng([GRAINE, 7])
    decider_des_anomalies(agents[0], au)
    transformer(agents[0], au)
    rapprocher(agents[0], au)
    decrire(rng, agents[0], au)
    deposer_le_fichier_fiscal(au)
    relever(rng, agents, au)
    photographier(agents[0], au)


def decider_des_anomalies(agent: Personne, au: datetime) -> None:
    """Les quartiers manquants sont gardés ; un doublon sur deux est fusionné ; le reste attend."""
    gardees = AnomalieLocaux.objects.filter(code=CodeAnomalieLocaux.SANS_QUARTIER)
    anomalies.decider(anomalies=gardees, decision=DecisionAnomalie.CONSERVER, auteur=agent, au=au,
                      commentaire="Le fichier ne le dit pas ; la position suffit.")  # fmt: skip
    doublon = AnomalieLocaux.objects.filter(code=CodeAnomalieLocaux.DOUBLON_ENSEIGNE, local__ecarte_le__isnull=True)
    anomalies.decider(
        anomalies=doublon.order_by("-importation", "ligne")[:1],
        decision=DecisionAnomalie.FUSIONNER,
        auteur=agent,
        au=au,
    )


def transformer(agent: Personne, au: datetime) -> None:
    """Deux scissions, deux réunions, une disparition."""
    signe: dict[str, Any] = {"auteur": agent, "au": au}
    grands = list(_anciens().filter(surface_m2__gte=300).order_by("reference")[:2])
    for local in grands:
        parties = [Partie(numero=local.numero, garde=True), Partie(numero=f"{local.numero} bis", etat=EtatLocal.TRAVAUX,
                                                                   mesures={"surface_m2": Decimal(120)})]  # fmt: skip
        transformations.scinder(local=local, version=local.version, le=JOUR_DES_MURS, parties=parties,
                                motif="Bail divisé", **signe)  # fmt: skip
    for paire in _paires():
        transformations.fusionner(
            locaux=paire, versions=[local.version for local in paire], le=JOUR_DES_MURS, garde=paire[0],
            motif="Agrandissement sur le local voisin", **signe,
        )  # fmt: skip
    dernier = _anciens().filter(etats__etat__in=VACANTS, etats__fin__isnull=True).order_by("-reference").first()
    if dernier is not None:
        transformations.fermer(
            local=dernier, version=dernier.version, le=JOUR_DES_MURS, motif="Devenu logement", **signe
        )


def _vivants() -> Any:
    return Local.objects.filter(disparu_le__isnull=True, ecarte_le__isnull=True).select_related("voie")


def _anciens() -> Any:
    """Ceux qui existaient avant que d'autres murs ne bougent."""
    return _vivants().filter(ouvert_le__isnull=True)


def _paires() -> list[list[Local]]:
    """Deux paires de voisins : même rue, numéros qui se suivent."""
    paires: list[list[Local]] = []
    precedent: Local | None = None
    for local in _anciens().exclude(numero="").filter(surface_m2__lt=300).order_by("voie", "numero", "reference"):
        if precedent and precedent.voie_id == local.voie_id and precedent.pk not in {un.pk for p in paires for un in p}:
            paires.append([precedent, local])
        if len(paires) == 2:
            break
        precedent = local
    return paires


def rapprocher(agent: Personne, au: datetime) -> None:
    """Cherche dans le registre, confirme les plus sûrs, laisse les autres à décider ; puis va voir les fermetures."""
    rapprochement.proposer(au=au)
    seuil = Decimal(str(parametre("locaux.confiance_acceptable_en_nombre", au=au.date())))
    sures: Sequence[Rapprochement] = list(a_rapprocher(seuil))
    rapprochement.confirmer_en_nombre(rapprochements=sures[: len(sures) * 4 // 5], auteur=agent, au=au)
    for une in _fermees():
        occupes = _vivants().filter(occupations__enseigne=une.enseigne, occupations__fin=None, occupations__siret="")
        local = occupes.filter(numero=une.numero).first()
        if local is not None:
            rapprochement.rapprocher(local=local, siret=une.siret, auteur=agent, au=au)
    rapprochement.signaler_les_fermetures(au=au)


def _fermees() -> list[Cellule]:
    try:
        return fermees(courant(), DIJON, au=EDITION_2024)
    except RegistreAbsent:
        return []


def decrire(rng: np.random.Generator, agent: Personne, au: datetime) -> None:
    """Des vitrines et des loyers, et pour une moitié des vacants un propriétaire joignable et son accord."""
    for local in _vivants().order_by("reference")[::9]:
        surface = local.surface_m2 or Decimal(60)
        valeurs = {
            "vitrine_m": round(Decimal(2) + surface / 30, 1),
            "loyer_eur_m2_an": Decimal(int(rng.integers(90, 420))),
        }
        locaux.modifier_local(local=local, version=local.version, valeurs=valeurs, auteur=agent, au=au)
    vacants = _vivants().filter(etats__etat__in=VACANTS, etats__fin__isnull=True).order_by("reference")
    for rang, local in enumerate(vacants[::2]):
        texte = f"Environ {int(local.surface_m2 or 60)} m² à louer (annonce fictive de démonstration)."
        locaux.modifier_local(local=local, version=local.version, auteur=agent, au=au,
                              valeurs={"accord_publication": True, "disponible_texte": texte})  # fmt: skip
        locaux.noter_contact(
            local=local, auteur=agent, au=au,
            valeurs={"role": "Propriétaire", "nom": f"Propriétaire Exemple {rang + 1}",
                     "telephone": f"01 99 00 {rang // 100 % 100:02d} {rang % 100:02d}", "accord_le": au.date()},
        )  # fmt: skip


def deposer_le_fichier_fiscal(au: datetime) -> None:
    """Un vacant sur six, et une adresse que personne ne connaît."""
    vacants = _vivants().filter(etats__etat__in=VACANTS, etats__fin__isnull=True).order_by("reference")
    lignes = ["Référence;Commune;Numéro;Voie", *(f"{local.reference};;;" for local in vacants[::6])]
    lignes.append(f";{DIJON};999;RUE DES EXEMPLES INCONNUS")
    fichier = ContentFile("\n".join(lignes).encode(), name="locaux-vacants-exemple.csv")
    fiscal.importer_donnees_fiscales(
        depot=deposer(fichier, rayon=fiscal.RAYON),
        millesime=au.year,
        source="Fichier fiscal fictif",
        auteur=None,
        au=au,
    )


def relever(rng: np.random.Generator, agents: Sequence[Personne], au: datetime) -> None:
    """Une campagne ouverte : une rue finie, deux bien avancées, une à faire, une libre ; deux relevés en conflit."""
    campagne = campagnes.enregistrer_campagne(
        auteur=agents[0], au=au,
        valeurs={"nom": "Relevé d'automne 2026", "methode": "terrain", "communes": ["21231"],
                 "definition": "Toute cellule à vitrine ou accès clientèle, occupée ou non, vue depuis la rue.",
                 "perimetre": "Cinq rues du centre", "debut": date(2026, 10, 5)},
    )  # fmt: skip
    campagnes.changer_l_etat_de(campagne=campagne, etat=EtatCampagne.OUVERTE, auteur=agents[0], au=au)
    campagne = Campagne.objects.get(pk=campagne.pk)
    confiees_le = min(datetime.combine(JOUR_DES_RELEVES, time(7), UTC), au)
    for rang, voie in enumerate(_rues_du_centre()):
        # Chaque agent a sa rue ; la dernière est libre, et l'avant-dernière n'est pas commencée.
        releveur = agents[rang % len(agents)] if rang < RUES - 1 else None
        tournee = tournees.confier_les_voies(
            campagne=campagne, voies=[voie], releveur=releveur, auteur=agents[0], au=confiees_le
        )[0]  # fmt: skip
        if rang < RUES - 2:
            _relever_la_rue(rng, tournee, rang, au)


def _rues_du_centre() -> Sequence[Voie]:
    """Les plus fournies ; d'abord la plus petite, qui sera finie."""
    du_centre = Q(locaux__quartier="Centre-Ville", locaux__disparu_le=None, locaux__ecarte_le=None)
    fournies = Voie.objects.annotate(combien=Count("locaux", filter=du_centre)).filter(combien__gt=0)
    return list(fournies.order_by("-combien", "nom")[:RUES])[::-1]


def _relever_la_rue(rng: np.random.Generator, tournee: Tournee, rang: int, au: datetime) -> None:
    """La première en entier, puis dite finie ; les autres aux deux tiers, l'une au début, l'autre ces jours-ci."""
    locaux_de_la_rue = list(_vivants().filter(voie=tournee.voie).order_by("reference"))
    combien = len(locaux_de_la_rue) if rang == 0 else min(len(locaux_de_la_rue) * 2 // 3, RELEVES_PAR_RUE)
    debut = au.date() - timedelta(days=6) if rang == 2 else JOUR_DES_RELEVES
    for numero, local in enumerate(locaux_de_la_rue[:combien], start=3 * rang):
        _relever(rng, local, tournee, numero, debut, au)
    if rang == 0:
        tournees.marquer_finies(
            campagne=tournee.campagne, vues={tournee.pk: None}, finies=True, auteur=tournee.releveur, au=au
        )  # fmt: skip


def _relever(rng: np.random.Generator, local: Local, tournee: Tournee, rang: int, debut: date, au: datetime) -> None:
    vues = valeurs_en_json(local)
    jour = min(datetime.combine(debut + timedelta(days=rang % 5), time(10, rang % 60), UTC), au)
    donnees: dict[str, Any] = {
        "etat": vues["etat"] or EtatLocal.OCCUPE,
        "vitrine_m": str(round(3 + rng.random() * 9, 1)),
    }
    if rang == 2:
        donnees = {"etat": EtatLocal.TRAVAUX, "precision": "Enseigne annoncée : Le Prototype"}
    if rang in (0, 1):
        # Pendant que le téléphone était hors ligne, quelqu'un a mesuré le même local.
        version = local.version
        locaux.modifier_local(local=local, version=version, valeurs={"surface_m2": Decimal(77)}, auteur=None, au=au)
        donnees, version_vue = {"surface_m2": "66"}, version
    else:
        version_vue = local.version
    releves.recevoir_releve(
        cle=uuid5(NAMESPACE_URL, f"tissu-demonstration-{local.reference}"), campagne=tournee.campagne, local=local,
        releve_le=jour, version_vue=version_vue, donnees=donnees, vues=vues, releveur=tournee.releveur, au=au,
        tournee=tournee,
    )  # fmt: skip


def photographier(agent: Personne, au: datetime) -> None:
    """Des façades dessinées, pour que l'on voie que ce n'en sont pas."""
    for rang, local in enumerate(_vivants().filter(quartier="Centre-Ville").order_by("reference")[:PHOTOS]):
        fichier = ContentFile(_facade(rang), name="facade.png")
        deposer_photo(local=local, fichier=fichier, legende="Façade dessinée", auteur=agent, au=au)


def _facade(rang: int) -> bytes:
    teintes = ("#c8553d", "#0b5563", "#588157", "#8d6b94", "#b08900")
    image = Image.new("RGB", (1200, 900), "#e8e4de")
    dessin = ImageDraw.Draw(image)
    dessin.rectangle((100, 150, 1100, 850), fill="#f7f3ec", outline="#474340", width=6)
    dessin.rectangle((100, 380, 1100, 480), fill=teintes[rang % len(teintes)])
    dessin.rectangle((160, 520, 700, 820), fill="#9cc3d5", outline="#474340", width=6)
    dessin.rectangle((780, 520, 1000, 850), fill="#6b5b4b", outline="#474340", width=6)
    for fenetre in range(4):
        dessin.rectangle(
            (180 + 240 * fenetre, 200, 300 + 240 * fenetre, 340), fill="#cfe3ec", outline="#474340", width=4
        )
    dessin.text((560, 415), f"EXEMPLE {rang + 1}", fill="white", font_size=44)
    sortie = BytesIO()
    image.save(sortie, "PNG")
    return sortie.getvalue()
