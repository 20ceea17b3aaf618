"""Les numéros à faire confirmer : ceux d'un fichier, ceux que trois échecs ont suspendus ; et leurs liens."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from tissu.actions.alerte_commerce.choices import (
    CHARTE_PAPIER,
    CONFIRMATION,
    EtatAdherent,
    EtatNumero,
    MotifConfirmation,
)
from tissu.actions.alerte_commerce.models import Adherent, Confirmation, ContactAdherent, ImportAdherents
from tissu.actions.alerte_commerce.queries.gestion import PRESENTS, a_rappeler
from tissu.actions.alerte_commerce.queries.reglages import reglage
from tissu.actions.alerte_commerce.rules.confirmations import etat
from tissu.messages.choices import Canal
from tissu.messages.models import Coordonnee
from tissu.messages.queries.choix import refus

_SEL = "alerte_commerce.confirmation"
_OCTETS = 12
"""Quatre-vingt-seize bits : assez peu pour tenir dans un SMS, assez pour ne pas se deviner."""
A_ENVOYER = (EtatNumero.A_DEMANDER, EtatNumero.A_RELANCER)


def _sceau(confirmation: Confirmation, mobile: str) -> str:
    somme = salted_hmac(_SEL, f"{confirmation.pk}:{confirmation.motif}:{mobile}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(somme[:_OCTETS]).decode()


def lien_de_confirmation(confirmation: Confirmation) -> str:
    """L'adresse courte et signée où ce numéro se confirme ; un numéro changé, elle ne vaut plus."""
    signe = f"{confirmation.pk}-{_sceau(confirmation, confirmation.contact.mobile)}"
    return urljoin(settings.ADRESSE, reverse("adhesion:confirmer", args=[signe]))


def confirmation_du_lien(signe: str, *, au: datetime) -> Confirmation | None:
    """La demande de ce lien ; None s'il est faux, a expiré, ou si le numéro n'est plus là."""
    pk, _, sceau = signe.partition("-")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    trouvee = (
        Confirmation.objects.filter(pk=int(pk), expire_le__gt=au).exclude(contact__mobile="")
        .select_related("contact__adherent").first()
    )  # fmt: skip
    if trouvee is None or not constant_time_compare(sceau, _sceau(trouvee, trouvee.contact.mobile)):
        return None
    return trouvee


def commerces_du_numero(confirmation: Confirmation) -> list[str]:
    """Les commerces présents qui ont donné ce numéro."""
    contacts = ContactAdherent.objects.filter(mobile=confirmation.contact.mobile, adherent__etat__in=PRESENTS)
    return list(contacts.order_by("adherent__nom", "pk").values_list("adherent__nom", flat=True))


@dataclass(frozen=True)
class NumeroSuivi:
    """Un numéro à faire confirmer. `recoit` : il reçoit déjà les alertes ; `mobiles`, `courriels` : où écrire.

    `premier` : faux si un commerce d'avant dans la liste porte le même numéro : une demande vaut pour tous deux.
    """

    contact: ContactAdherent
    etat: EtatNumero
    depuis: datetime
    demande: Confirmation | None
    recoit: bool = False
    charte_datee: bool = True
    mobiles: tuple[str, ...] = ()
    courriels: tuple[str, ...] = ()
    premier: bool = True

    @property
    def que_faire(self) -> str:
        """Ce que la chambre a à faire de ce numéro."""
        if self.etat == EtatNumero.A_APPELER:
            return "Appelez le commerce, puis envoyez un code au bon numéro depuis sa fiche."
        if self.etat in A_ENVOYER:
            return "Envoyez la demande, avec les autres."
        return "Rien : la réponse est attendue." if self.etat != EtatNumero.CONFIRME else "Rien."


def suivre(motif: str, *, au: datetime) -> list[NumeroSuivi]:
    """Les numéros à confirmer pour ce motif, par nom de commerce. Requêtes en nombre constant."""
    return _importes(au) if motif == MotifConfirmation.IMPORTE else _suspendus(au)


def a_envoyer(suivis: Iterable[NumeroSuivi]) -> list[NumeroSuivi]:
    """Ceux à qui une demande ou une relance partirait, un par numéro."""
    return [un for un in suivis if un.etat in A_ENVOYER and un.premier]


def _silence(au: datetime) -> timedelta:
    return timedelta(days=int(reglage("confirmation_relance_jours", au)))


def _fermes(canal: Canal, valeurs: Iterable[str]) -> set[str]:
    """Les adresses suspendues, ou opposées à ce qu'on leur demande de confirmer."""
    connues = list(Coordonnee.objects.filter(canal=canal, valeur__in=set(valeurs)))
    ecarts = refus(connues, CONFIRMATION.slug, CONFIRMATION.fondement)
    return {une.valeur for une in connues if une.pk in ecarts}


def _demandes(motif: str, mobiles: Iterable[str]) -> dict[str, Confirmation]:
    """Par numéro, sa dernière demande."""
    toutes = Confirmation.objects.filter(motif=motif, contact__mobile__in=set(mobiles)).select_related("contact")
    return {une.contact.mobile: une for une in toutes.order_by("depuis", "pk")}


def _importes(au: datetime) -> list[NumeroSuivi]:
    """Un numéro suspendu n'y est pas : il est « à revoir »."""
    contacts = list(
        ContactAdherent.objects.filter(importation__isnull=False, adherent__etat=EtatAdherent.ACTIF)
        .exclude(mobile="").select_related("adherent", "importation").order_by("adherent__nom", "pk")
    )  # fmt: skip
    suspendus = set(a_rappeler().values_list("mobile", flat=True))
    contacts = [un for un in contacts if un.mobile not in suspendus]
    mobiles = [un.mobile for un in contacts]
    demandes, fermes, silence = _demandes(MotifConfirmation.IMPORTE, mobiles), _fermes(Canal.SMS, mobiles), _silence(au)
    vus: set[str] = set()
    suivis = []
    for un in contacts:
        demande = demandes.get(un.mobile)
        if demande is not None and demande.reponse and demande.depuis < un.ajoute_le:
            demande = None
        ou = etat(
            envois=demande.envois if demande else 0, dernier=demande.dernier_envoi_le if demande else None,
            confirme=un.verifie_le is not None, joignable=un.mobile not in fermes, au=au, silence=silence,
        )  # fmt: skip
        premier = un.mobile not in vus
        if un.verifie_le is None:
            vus.add(un.mobile)
        datee = un.adherent.charte_version != CHARTE_PAPIER or un.adherent.charte_signee_le is not None
        suivis.append(
            NumeroSuivi(un, ou, un.ajoute_le, demande, un.repris_le is not None, datee, (un.mobile,), premier=premier)
        )
    return suivis


def _suspendus(au: datetime) -> list[NumeroSuivi]:
    contacts = list(a_rappeler().prefetch_related("adherent__contacts"))
    mobiles = [un.mobile for un in contacts]
    freres = [frere for un in contacts for frere in un.adherent.contacts.all()]
    sms = _fermes(Canal.SMS, (frere.mobile for frere in freres if frere.mobile))
    mails = _fermes(Canal.COURRIEL, (frere.courriel.lower() for frere in freres if frere.courriel))
    suspendues = Coordonnee.objects.filter(canal=Canal.SMS, valeur__in=mobiles, suspendue_le__isnull=False)
    depuis = {une.valeur: une.suspendue_le for une in suspendues if une.suspendue_le is not None}
    demandes, silence = _demandes(MotifConfirmation.SUSPENDU, mobiles), _silence(au)
    suivis = []
    for un in contacts:
        autres = [frere for frere in un.adherent.contacts.all() if frere.recoit or frere.pk == un.pk]
        numeros = {
            frere.mobile: None for frere in autres
            if frere.mobile and frere.mobile != un.mobile and frere.mobile not in sms
            and (frere.verifie_le or frere.repris_le)
        }  # fmt: skip
        adresses = {frere.courriel.lower(): None for frere in autres if frere.courriel}
        courriels = tuple(une for une in adresses if une not in mails)
        le = depuis[un.mobile]
        demande = demandes.get(un.mobile)
        demande = demande if demande is not None and demande.depuis == le and demande.contact_id == un.pk else None
        ou = etat(
            envois=demande.envois if demande else 0, dernier=demande.dernier_envoi_le if demande else None,
            confirme=False, joignable=bool(numeros or courriels), au=au, silence=silence,
        )  # fmt: skip
        suivis.append(NumeroSuivi(un, ou, le, demande, mobiles=tuple(numeros), courriels=courriels))
    return suivis


def sans_numero() -> list[Adherent]:
    """Les adhérents actifs à qui il ne reste aucun mobile : personne ne les prévient."""
    avec = ContactAdherent.objects.exclude(mobile="").values("adherent")
    return list(Adherent.objects.filter(etat=EtatAdherent.ACTIF).exclude(pk__in=avec).order_by("nom", "pk"))


@dataclass(frozen=True)
class ParFichier:
    """Un fichier reçu et l'état de ses numéros."""

    importation: ImportAdherents
    comptes: dict[str, int]
    recoivent: int
    sans_date: int

    @property
    def en_attente(self) -> int:
        """Demandés ou relancés, dont la réponse est attendue."""
        return self.comptes[EtatNumero.DEMANDE] + self.comptes[EtatNumero.RELANCE]


def par_fichier(suivis: Iterable[NumeroSuivi]) -> list[ParFichier]:
    """Les numéros à confirmer, par fichier, le plus récent d'abord."""
    groupes: dict[int, list[NumeroSuivi]] = {}
    for un in suivis:
        groupes.setdefault(un.contact.importation_id or 0, []).append(un)
    return [
        ParFichier(
            siens[0].contact.importation, comptes_par_etat(siens),  # type: ignore[arg-type]
            sum(1 for un in siens if un.recoit and un.etat != EtatNumero.CONFIRME),
            sum(1 for un in siens if not un.charte_datee and un.etat != EtatNumero.CONFIRME),
        )
        for _, siens in sorted(groupes.items(), reverse=True)
    ]  # fmt: skip


def comptes_par_etat(suivis: Iterable[NumeroSuivi]) -> dict[str, int]:
    """Combien de numéros dans chaque état."""
    comptes = dict.fromkeys(EtatNumero.values, 0)
    for un in suivis:
        comptes[un.etat] += 1
    return comptes


def reglages(au: datetime) -> dict[str, int]:
    """Les délais du jour, en jours : validité du lien, silence avant la relance."""
    return {nom: int(reglage(f"confirmation_{nom}", au)) for nom in ("jours", "relance_jours")}
