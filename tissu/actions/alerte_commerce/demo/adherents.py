"""Les adhérents fictifs : des commerces de la ville de démonstration, des mobiles que l'Arcep réserve aux fictions."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.core.files.base import File

from tissu.actions.alerte_commerce.choices import ArticleDeStock, EtatAdherent
from tissu.actions.alerte_commerce.models import Adherent, ContactAdherent
from tissu.actions.alerte_commerce.operations import adhesion, decisions, departs, fiche, imports, verification
from tissu.actions.alerte_commerce.queries.reglages import reglage, version_de_la_charte
from tissu.actions.alerte_commerce.rules.horaires import JOURS
from tissu.comptes.models import Personne
from tissu.locaux.nomenclatures import NON_COMMERCIAL, libelle_famille
from tissu.locaux.queries.situation import situation
from tissu.messages import operations as messagerie
from tissu.messages.choices import Canal
from tissu.messages.models import Coordonnee, Envoi
from tissu.registre.operations.depots import deposer

GRAINE = 20_261_126
COMBIEN = 830
PART_DES_LOCAUX = 0.6
"""Dans une petite démonstration, au plus cette part des commerces adhère."""
PART_DE_LA_LISTE = 0.8
ANCIENNETE = timedelta(days=790)
"""La liste papier a été reprise il y a un peu plus de deux ans ; les inscriptions en ligne ont suivi."""
EN_ATTENTE, SANS_CODE, A_RAPPELER = 9, 3, 5
PRENOMS = ("Alix", "Camille", "Charlie", "Claude", "Dominique", "Eden", "Gaël", "Lou", "Maxime", "Noa", "Sacha", "Yaël")
NOMS = ("Exemple", "Fictif", "Modèle", "Prototype", "Spécimen", "Échantillon")
MOTIFS = ("Fermeture du commerce", "Trop de messages", "Changement de propriétaire", "")
COLONNES = ("Enseigne", "Adresse", "Ville", "Activité", "Contact", "Portable", "Courriel", "Date d'adhésion", "SIRET")


def installer(*, dossier: Path, agent: Personne, au: datetime, suivi: Any) -> None:
    """La liste, puis les inscriptions en ligne, les réglages, les départs, ce qui attend."""
    rng = np.random.default_rng([GRAINE, 3])
    boutiques = _boutiques(rng, au.date())
    anciennes = round(len(boutiques) * PART_DE_LA_LISTE)
    suivi.avancer(0.1, f"Alerte Commerce : la liste de {anciennes} adhérents")
    _importer(_ecrire(dossier, rng, boutiques[:anciennes], au), agent, au - ANCIENNETE)
    suivi.avancer(0.5, "Alerte Commerce : deux ans d'inscriptions et de départs")
    _inscrire(rng, boutiques[anciennes:], anciennes, agent, au)
    _regler(rng, au)
    _faire_partir(rng, agent, au)
    _mettre_en_echec(au)


def _boutiques(rng: np.random.Generator, jour: date) -> list[dict[str, Any]]:
    """Des locaux occupés de la ville de démonstration, chacun une fois."""
    ouvertes = [
        ligne for ligne in situation(jour).to_pylist()
        if ligne["enseigne"] and ligne["lon"] is not None and not ligne["vacant"] and ligne["adresse"]
        and ligne["famille"] not in (None, "", NON_COMMERCIAL)
    ]  # fmt: skip
    combien = min(COMBIEN, int(len(ouvertes) * PART_DES_LOCAUX))
    return [ouvertes[rang] for rang in rng.permutation(len(ouvertes))[:combien]]


def mobile_fictif(rang: int) -> str:
    """« 06 39 98 00 12 » : dix mille numéros que personne n'a."""
    return f"06 39 98 {rang // 100 % 100:02d} {rang % 100:02d}"


def _personne(rng: np.random.Generator) -> str:
    return f"{PRENOMS[int(rng.integers(len(PRENOMS)))]} {NOMS[int(rng.integers(len(NOMS)))]}"


def _ecrire(dossier: Path, rng: np.random.Generator, boutiques: Sequence[dict[str, Any]], au: datetime) -> Path:
    """La liste telle que la chambre l'aurait tenue, avec quelques lignes fautives et deux doublons."""
    fichier = dossier / "adherents-de-demonstration.csv"
    fin = (au - ANCIENNETE).date() - timedelta(days=10)
    lignes = [_ligne(rng, une, rang, fin) for rang, une in enumerate(boutiques)]
    if len(lignes) > 20:
        lignes[7]["Portable"], lignes[11]["Portable"] = "03 80 00 00 00", "06 39"
        lignes[13]["Ville"] = "Ville d'ailleurs"
        lignes.append(lignes[2] | {"Enseigne": f"{lignes[2]['Enseigne']} (rayon)"})
    with fichier.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, COLONNES, delimiter=";")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
    return fichier


def _ligne(rng: np.random.Generator, une: dict[str, Any], rang: int, fin: date) -> dict[str, str]:
    debut = date(2013, 6, 1)
    jour = debut + timedelta(days=int((fin - debut).days * float(rng.random()) ** 0.6))
    return {
        "Enseigne": une["enseigne"], "Adresse": une["adresse"], "Ville": une["commune"] or une["code_commune"],
        "Activité": libelle_famille(une["famille"]), "Contact": _personne(rng), "Portable": mobile_fictif(rang),
        "Courriel": f"boutique{rang}@demo.example" if rang % 3 else "", "Date d'adhésion": f"{jour:%d/%m/%Y}",
        "SIRET": une["siret"] or "",
    }  # fmt: skip


def _importer(fichier: Path, agent: Personne, au: datetime) -> None:
    with fichier.open("rb") as flux:
        depot = deposer(File(flux, name=fichier.name), rayon=imports.RAYON)
    recue = imports.deposer(depot=depot, en_service=True, auteur=agent, au=au)
    imports.appliquer(importation=recue, auteur=agent, au=au)


def _inscrire(
    rng: np.random.Generator, boutiques: Sequence[dict[str, Any]], depuis: int, agent: Personne, au: datetime
) -> None:
    """Une inscription tous les quelques jours ; les dernières attendent la chambre, trois n'ont pas donné leur code."""
    for rang, une in enumerate(boutiques):
        reste = len(boutiques) - rang
        recule = ANCIENNETE * (reste / (len(boutiques) + 1)) * 0.98
        quand = au - (recule if reste > EN_ATTENTE + SANS_CODE else timedelta(hours=5 * reste))
        contact = _demander(rng, une, depuis + rang, quand)
        if reste <= SANS_CODE:
            continue
        _prouver(contact, quand + timedelta(minutes=2))
        if reste > EN_ATTENTE + SANS_CODE:
            _accueillir(contact.adherent, rang, agent, quand + timedelta(days=1))
        elif reste == EN_ATTENTE + SANS_CODE:
            decisions.demander_precision(
                adherent=contact.adherent, question="Quel est le numéro SIRET de votre commerce ?", auteur=agent,
                au=quand + timedelta(hours=1),
            )  # fmt: skip


def _accueillir(adherent: Adherent, rang: int, agent: Personne, quand: datetime) -> None:
    """La chambre accepte, puis envoie la vitrophanie et le guide, parfois le kit."""
    decisions.accepter(adherent=adherent, auteur=agent, au=quand)
    articles = {ArticleDeStock.VITROPHANIE.value: 1, ArticleDeStock.GUIDE.value: 1}
    if rang % 9 == 0:
        articles[ArticleDeStock.KIT.value] = 1
    fiche.envoyer_du_stock(adherent=adherent, articles=articles, auteur=agent, au=quand + timedelta(days=2))


def _demander(rng: np.random.Generator, une: dict[str, Any], rang: int, quand: datetime) -> ContactAdherent:
    nom = _personne(rng)
    commerce = {
        "nom": une["enseigne"], "adresse": une["adresse"], "code_commune": une["code_commune"],
        "activite": une["famille"], "siret": une["siret"] or "", "reference": une["id"],
    }  # fmt: skip
    contact = {"nom": nom, "mobile": mobile_fictif(rang), "courriel": f"boutique{rang}@demo.example"}
    signature = adhesion.Signature(version_de_la_charte(quand), nom)
    return adhesion.demander_adhesion(commerce=commerce, contact=contact, signature=signature, au=quand)


def _prouver(contact: ContactAdherent, quand: datetime) -> None:
    """Le commerçant tape le code qu'il a reçu."""
    verification.envoyer_code(contact=contact, adresse_ip="", au=quand)
    envoi = Envoi.objects.filter(message="alerte_commerce.code").order_by("-pk")[0]
    code = "".join(signe for signe in envoi.textes["sms"].split("est ")[1] if signe.isdigit())[:6]
    verification.verifier_code(contact=contact, code=code, au=quand)


def _regler(rng: np.random.Generator, au: datetime) -> None:
    """Un adhérent sur six a choisi sa distance, un sur quatre donné ses horaires."""
    distances = reglage("rayon_bornes_m", au)
    for rang, un in enumerate(Adherent.objects.filter(etat=EtatAdherent.ACTIF).order_by("pk")):
        preferences: dict[str, Any] = {}
        if rang % 6 == 0:
            preferences["rayon_m"] = distances[int(rng.integers(len(distances)))]
        if rang % 4 == 0:
            soir = "23:00" if un.activite == "chr" else "19:00"
            preferences["horaires"] = {jour: [["09:00", "12:30"], ["14:00", soir]] for jour in JOURS[1:6]}
        if preferences:
            fiche.regler(adherent=un, preferences=preferences, au=au)


def _faire_partir(rng: np.random.Generator, agent: Personne, au: datetime) -> None:
    """Un sur seize est parti, au fil des mois ; deux sont suspendus."""
    actifs = list(Adherent.objects.filter(etat=EtatAdherent.ACTIF).order_by("pk"))
    for rang, un in enumerate(actifs[5::16]):
        assert un.adhere_le is not None
        depuis = max(un.adhere_le, (au - ANCIENNETE).date())
        jours = max(1, int((au.date() - depuis).days * float(rng.random())))
        quand = au - timedelta(days=jours)
        departs.quitter(adherent=un, au=quand, motif=MOTIFS[rang % len(MOTIFS)], auteur=agent if rang % 2 else None)
    for un in actifs[8:10]:
        decisions.suspendre(adherent=un, motif="Travaux dans le magasin", auteur=agent, au=au - timedelta(days=20))


def _mettre_en_echec(au: datetime) -> None:
    """Quelques numéros n'ont pas répondu trois fois de suite."""
    contacts = ContactAdherent.objects.filter(adherent__etat=EtatAdherent.ACTIF).order_by("pk")
    numeros = [contact.mobile for contact in contacts[20 : 20 + A_RAPPELER]]
    for coordonnee in Coordonnee.objects.filter(canal=Canal.SMS, valeur__in=numeros).order_by("pk"):
        messagerie.suspendre(coordonnee=coordonnee, au=au - timedelta(days=3))
