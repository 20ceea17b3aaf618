"""Les opérateurs déclarés par l'exploitation : un fichier YAML, les secrets dans l'environnement."""

import os
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import yaml
from django.conf import settings

from tissu.messages.canaux.courriel import LigneCourriel
from tissu.messages.canaux.fichier import LigneConsole, LigneFichier
from tissu.messages.canaux.ligne import Ligne, Operateur
from tissu.messages.canaux.passerelle import LignePasserelle
from tissu.messages.canaux.smpp import LigneSmpp
from tissu.messages.canaux.tls import contexte
from tissu.messages.choices import Canal

GENRES: Mapping[str, Callable[[Operateur], Ligne]] = {
    "smpp": LigneSmpp,
    "passerelle": LignePasserelle,
    "fichier": LigneFichier,
    "console": LigneConsole,
    "courriel": LigneCourriel,
}
EXIGES = {"smpp": ("hote", "port", "compte", "secret"), "passerelle": ("adresse", "secret")}
SECRETS = frozenset({"secret", "secret_accuses"})
COURRIEL = Operateur(nom="courriel", genre="courriel", fenetre=1)
EXPEDITEUR_AU_PLUS = 11
"""Caractères d'un expéditeur alphanumérique (3GPP TS 23.040, §9.1.2.5)."""


class OperateursMalDeclares(ValueError):
    """Le fichier des opérateurs ne se lit pas ; le message dit quel champ et quoi écrire."""


def operateurs(canal: str = Canal.SMS) -> tuple[Operateur, ...]:
    """Les opérateurs d'un canal, le préféré d'abord. Lève `OperateursMalDeclares`."""
    return (COURRIEL,) if canal == Canal.COURRIEL else lire_operateurs(settings.OPERATEURS_SMS)


def operateur(nom: str) -> Operateur:
    """Lève `KeyError` si aucun ne porte ce nom."""
    return {un.nom: un for un in (*operateurs(), COURRIEL)}[nom]


def secret_des_accuses(nom: str) -> str:
    """Le secret qui signe les accusés de cet opérateur. Sans lui (inconnu, rien de déclaré), un secret jamais dit."""
    declares = {un.nom: un for un in operateurs()}
    connu = declares[nom].reglages.get("secret_accuses") if nom in declares else None
    return connu or secrets.token_hex()


def ouvrir_ligne(un: Operateur) -> Ligne:
    """La ligne de cet opérateur, pas encore ouverte."""
    return GENRES[un.genre](un)


def lire_operateurs(declaration: str) -> tuple[Operateur, ...]:
    """Lit une déclaration YAML : une liste d'opérateurs. Un secret y est le nom d'une variable d'environnement."""
    try:
        lus = yaml.safe_load(declaration) or []
    except yaml.YAMLError as erreur:
        raise OperateursMalDeclares(f"La déclaration des opérateurs n'est pas du YAML : {erreur}") from erreur
    if not isinstance(lus, list):
        raise OperateursMalDeclares("La déclaration des opérateurs doit être une liste.")
    trouves = tuple(_lire(rang, brut) for rang, brut in enumerate(lus, start=1))
    if len({un.nom for un in trouves}) < len(trouves):
        raise OperateursMalDeclares("Deux opérateurs portent le même nom.")
    return trouves


def _lire(rang: int, brut: Any) -> Operateur:
    if not isinstance(brut, dict) or not brut.get("nom"):
        raise OperateursMalDeclares(f"Opérateur n° {rang} : il lui faut un nom.")
    propre = dict(brut)
    nom, genre = str(propre.pop("nom")), str(propre.pop("genre", ""))
    if genre not in GENRES or genre == "courriel":
        raise OperateursMalDeclares(
            f"« {nom} » : genre « {genre} » inconnu ; mettez smpp, passerelle, fichier, console."
        )
    manquants = [champ for champ in EXIGES.get(genre, ()) if not propre.get(champ)]
    if manquants:
        raise OperateursMalDeclares(f"« {nom} » : il manque {', '.join(manquants)}.")
    for champ in SECRETS & propre.keys():
        variable = str(propre[champ])
        if not os.environ.get(variable):
            raise OperateursMalDeclares(f"« {nom} » : la variable d'environnement {variable} n'est pas posée.")
        propre[champ] = os.environ[variable]
    if genre == "smpp":
        _verifier_tls(nom, propre)
    expediteur = str(propre.pop("expediteur", ""))
    if not expediteur.isdigit() and len(expediteur) > EXPEDITEUR_AU_PLUS:
        raise OperateursMalDeclares(f"« {nom} » : l'expéditeur « {expediteur} » passe {EXPEDITEUR_AU_PLUS} caractères.")
    if genre == "fichier":
        propre.setdefault("fichier", str(settings.DONNEES / "sms" / f"{nom}.jsonl"))
    try:
        return Operateur(
            nom=nom, genre=genre, expediteur=expediteur, debit=float(propre.pop("debit", 0)),
            fenetre=int(propre.pop("fenetre", 50)), cout=float(propre.pop("cout", 0)), reglages=propre,
        )  # fmt: skip
    except (TypeError, ValueError) as erreur:
        raise OperateursMalDeclares(f"« {nom} » : débit, fenêtre et coût sont des nombres ({erreur}).") from erreur


def _verifier_tls(nom: str, propre: Mapping[str, Any]) -> None:
    if not isinstance(propre.get("tls", False), bool):
        raise OperateursMalDeclares(f"« {nom} » : tls vaut true ou false.")
    if "autorite" not in propre:
        return
    if not propre.get("tls"):
        raise OperateursMalDeclares(f"« {nom} » : « autorite » ne sert qu'avec « tls: true ».")
    try:
        contexte(str(propre["autorite"]))
    except OSError as erreur:
        raise OperateursMalDeclares(
            f"« {nom} » : le certificat de l'autorité « {propre['autorite']} » ne se lit pas ({erreur})."
        ) from erreur
