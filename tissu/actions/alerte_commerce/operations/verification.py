"""Prouver qu'un mobile est le sien : un code envoyé, ses essais comptés, l'accord de la charte noté."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from tissu.actions.alerte_commerce.choices import ALERTES, EtatAdherent, GesteAdherent
from tissu.actions.alerte_commerce.messages import CodeParSms
from tissu.actions.alerte_commerce.models import Adherent, CodeDeVerification, ContactAdherent
from tissu.actions.alerte_commerce.operations.gestes import GesteRefuse, noter, passer, prendre
from tissu.actions.alerte_commerce.queries import reglages
from tissu.actions.alerte_commerce.rules.codes import JOUR, EtatDuCode, VerdictDeCode, juger, refus_d_envoi
from tissu.messages import operations as messagerie
from tissu.messages.choices import Canal, SensDuChoix, SourceDuChoix
from tissu.socle.formats import date_courte

SEL = "alerte_commerce.code"


def _empreinte(contact: ContactAdherent, code: str) -> str:
    return salted_hmac(SEL, f"{contact.pk}:{code}", algorithm="sha256").hexdigest()


def _origine(adresse_ip: str) -> str:
    return salted_hmac(f"{SEL}.origine", adresse_ip, algorithm="sha256").hexdigest() if adresse_ip else ""


@transaction.atomic
def envoyer_code(*, contact: ContactAdherent, adresse_ip: str, au: datetime, auteur: object = None) -> None:
    """Envoie un code neuf ; les précédents ne valent plus. Lève `GesteRefuse` au-delà des limites."""
    adherent = prendre(contact.adherent)
    if not contact.mobile:
        raise GesteRefuse("Ce contact n'a pas de mobile.")
    refus = _refus(contact.mobile, _origine(adresse_ip), au)
    if refus:
        raise GesteRefuse(refus)
    code = f"{secrets.randbelow(1_000_000):06d}"
    duree = reglages.duree_d_un_code(au)
    contact.codes.filter(utilise_le=None, expire_le__gt=au).update(expire_le=au)
    cree = CodeDeVerification.objects.create(
        contact=contact, mobile=contact.mobile, empreinte=_empreinte(contact, code), origine=_origine(adresse_ip),
        envoye_le=au, expire_le=au + duree,
    )  # fmt: skip
    noter(adherent, GesteAdherent.CODE, auteur=auteur, au=au)
    minutes = int(duree.total_seconds() // 60)
    message = CodeParSms(str(cree.pk), adherent.pk, adherent.nom, mobile=contact.mobile, code=code, minutes=minutes)
    messagerie.deposer(message, auteur=auteur, au=au)


def _refus(mobile: str, origine: str, au: datetime) -> str:
    recents = CodeDeVerification.objects.filter(envoye_le__gt=au - JOUR).order_by("pk")
    au_numero = list(recents.filter(mobile=mobile).values_list("envoye_le", flat=True))
    d_ici = list(recents.filter(origine=origine).values_list("envoye_le", flat=True)) if origine else []
    return refus_d_envoi(au_numero, d_ici, au=au, limites=reglages.limites_des_codes(au))


def verifier_code(*, contact: ContactAdherent, code: str, au: datetime) -> VerdictDeCode:
    """Essaie un code. Juste : le mobile est vérifié, l'accord de la charte noté, la demande va à la chambre."""
    with transaction.atomic():
        dernier = CodeDeVerification.objects.select_for_update().filter(contact=contact).first()
        if dernier is None:
            return VerdictDeCode(EtatDuCode.PERIME, "Aucun code n'a été envoyé : demandez-en un.")
        propre = "".join(signe for signe in code if signe.isdecimal())
        verdict = juger(
            juste=constant_time_compare(dernier.empreinte, _empreinte(contact, propre)), essais=dernier.essais,
            essais_max=int(reglages.reglage("code_essais", au)), expire_le=dernier.expire_le,
            utilise=dernier.utilise_le is not None, au=au,
        )  # fmt: skip
        dernier.essais += 1
        if verdict.etat is EtatDuCode.JUSTE:
            dernier.utilise_le = au
            attester(contact, au=au)
        dernier.save(update_fields=["essais", "utilise_le"])
    return verdict


def attester(
    contact: ContactAdherent, *, au: datetime, source: SourceDuChoix = SourceDuChoix.CHARTE, preuve: str = ""
) -> None:
    """Ce mobile est bien celui de la personne : plus de suspension, l'accord de la charte, la demande à la chambre."""
    adherent = prendre(contact.adherent)
    contact.verifie_le = au
    contact.save(update_fields=["verifie_le"])
    messagerie.verifier_coordonnee(canal=Canal.SMS, valeur=contact.mobile, au=au)
    accorder(contact=contact, adherent=adherent, source=source, au=au, preuve=preuve)
    if adherent.etat == EtatAdherent.DEMANDE:
        passer(adherent, GesteAdherent.VERIFIE)
        adherent.save()
    noter(adherent, GesteAdherent.VERIFIE, auteur=None, au=au)


def accorder(
    *, contact: ContactAdherent, adherent: Adherent, source: SourceDuChoix, au: datetime, auteur: object = None,
    preuve: str = "",
) -> None:  # fmt: skip
    """Note l'accord de ce contact pour les alertes, à son numéro et à son adresse, avec sa preuve."""
    signee = f"Charte {adherent.charte_version} signée le {date_courte(adherent.charte_signee_le)} par " \
             f"{adherent.charte_signataire}"  # fmt: skip
    for canal, valeur in contact.adresses():
        messagerie.choisir(
            canal=canal, valeur=valeur, finalite=ALERTES.slug, sens=SensDuChoix.ACCEPTE, source=source, auteur=auteur,
            au=au, preuve=preuve or signee,
        )  # fmt: skip
