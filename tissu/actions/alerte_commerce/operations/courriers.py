"""Écrire aux commerces sans adhésion : garder les textes, produire les lettres, noter l'action et ses destinataires."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from tissu.actions.alerte_commerce.choices import NatureCommunication, UsageDuTexte
from tissu.actions.alerte_commerce.models import Communication, DestinataireDeCourrier, Publipostage, TexteImprime
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse, exiger, exiger_texte
from tissu.actions.alerte_commerce.queries.editeur import habillage_de_la_chambre
from tissu.actions.alerte_commerce.queries.lettres import courrier, est_protege
from tissu.actions.alerte_commerce.queries.prospection import Criteres, approche
from tissu.actions.alerte_commerce.queries.textes import texte_imprime
from tissu.actions.alerte_commerce.rules.courriers import CHAMPS, champs_inconnus
from tissu.publications.rendus.imprimes import rendre_lettres
from tissu.socle.conflits import confronter
from tissu.socle.formats import pluriel
from tissu.socle.territoire import territoire
from tissu.socle.travaux import lancer

CHAMPS_DU_TEXTE = ("titre", "accroche", "corps", "signature")


@dataclass(frozen=True)
class Demande:
    """Ce que la chambre demande d'imprimer. `cle` : celle du formulaire, pour ne produire qu'une fois."""

    titre: str
    criteres: Criteres
    cle: uuid.UUID
    cout_eur: Decimal = Decimal(0)


@transaction.atomic
def enregistrer_texte(*, texte: TexteImprime, revision: int, auteur: Any, au: datetime) -> TexteImprime:
    """Garde un texte imprimé. Lève `GesteRefuse` sur un champ inconnu, ou `ConflitDeSaisie`."""
    exiger(auteur)
    champs = CHAMPS if texte.usage == UsageDuTexte.LETTRE else {}
    inconnus = [nom for un in CHAMPS_DU_TEXTE for nom in champs_inconnus(getattr(texte, un))]
    if not champs and any("{" in getattr(texte, un) for un in CHAMPS_DU_TEXTE):
        raise GesteRefuse("Le dépliant est le même pour tous : retirez les champs entre accolades.")
    if inconnus:
        possibles = ", ".join(f"{{{nom}}}" for nom in champs)
        raise GesteRefuse(f"Le champ « {{{inconnus[0]}}} » ne se remplit pas. Champs possibles : {possibles}.")
    if texte.pk:
        confronter(texte, CHAMPS_DU_TEXTE, revision=revision)
    else:
        texte.revision = 1
    texte.modifie_le = au
    texte.save()
    return texte


@transaction.atomic
def preparer_lettres(*, demande: Demande, auteur: Any, au: datetime) -> Communication:
    """Note l'action et ses destinataires, et lance la composition. Redemandée avec la même clé, rend la même action.

    Lève `GesteRefuse`.
    """
    exiger(auteur)
    deja = Publipostage.objects.filter(cle=demande.cle).select_related("communication").first()
    if deja is not None:
        return deja.communication
    titre, jour = exiger_texte(demande.titre, "Donnez un titre à cette action."), timezone.localdate(au)
    choisis = approche(demande.criteres, jour)
    if not choisis.retenus:
        raise GesteRefuse("Aucun commerce à qui écrire dans cette sélection : élargissez-la.")
    texte, codes = texte_imprime(UsageDuTexte.LETTRE), territoire().codes_postaux
    action = Communication.objects.create(
        titre=titre, nature=NatureCommunication.LETTRE, le=jour, cout_eur=demande.cout_eur, auteur=auteur,
        touches=len(choisis.retenus), notee_le=au, quartier=demande.criteres.quartier,
        activite=demande.criteres.activite,
    )  # fmt: skip
    DestinataireDeCourrier.objects.bulk_create(
        (
            DestinataireDeCourrier(
                communication=action, local_id=ligne["pk"], siret=ligne["siret"] or "", nom=ligne["enseigne"],
                adresse=ligne["adresse"], code_commune=ligne["code_commune"], famille=ligne["famille"],
                code_postal=ligne["code_postal"] or codes.get(ligne["code_commune"], ""),
                quartier=ligne["quartier"] or "",
            )
            for ligne in choisis.retenus
        ),
        batch_size=500,
    )  # fmt: skip
    lettres = Publipostage.objects.create(
        communication=action, cle=demande.cle, objet=texte.titre, corps=texte.corps, signature=texte.signature,
        criteres=demande.criteres.en_json(), exclus=dict(choisis.exclus),
    )  # fmt: skip
    lettres.travail = lancer(
        "alerte_commerce.lettres", auteur=auteur.pk, libelle=f"Lettres : {titre}", publipostage=lettres.pk
    )
    lettres.save(update_fields=["travail"])
    return action


def composer_lettres(*, publipostage: Publipostage, suivi: Any, au: datetime) -> int:
    """Compose et range le fichier ; rend le nombre de lettres. Rejouée, ne refait pas ce qui est fait."""
    if publipostage.fichier:
        return publipostage.communication.destinataires.count()
    suivi.avancer(0.1, "Lecture des destinataires")
    lettres = courrier(publipostage)
    combien = pluriel(len(lettres.lettres), "lettre")
    suivi.avancer(0.3, f"Composition de {combien}")
    octets = rendre_lettres(lettres, habillage_de_la_chambre(timezone.localdate(au)))
    suivi.avancer(0.9, "Rangement du fichier")
    publipostage.fichier.save(f"lettres-{publipostage.pk}.pdf", ContentFile(octets), save=False)
    publipostage.produit_le = au
    publipostage.save(update_fields=["fichier", "produit_le"])
    suivi.avancer(1, f"{combien} à imprimer")
    return len(lettres.lettres)


def lettres_a_donner(*, publipostage: Publipostage, au: datetime) -> bytes:
    """Le fichier rangé ; recomposé sans eux si des destinataires sont devenus protégés depuis."""
    if any(est_protege(un) for un in publipostage.communication.destinataires.all()):
        return rendre_lettres(courrier(publipostage), habillage_de_la_chambre(timezone.localdate(au)))
    with publipostage.fichier.open("rb") as fichier:
        return bytes(fichier.read())
