"""L'alerte aux commerces : ses mots, ses destinataires, et l'aperçu de ce qui partirait."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from tissu.actions.alerte_commerce.choices import ALERTES, NatureFait, SorteCible, TypeAlerte
from tissu.actions.alerte_commerce.models import Alerte
from tissu.actions.alerte_commerce.queries.ciblage import cle_de, cout_de, texte_de, viser, viser_le_fil
from tissu.actions.alerte_commerce.queries.contours import trace_de_la_cible
from tissu.actions.alerte_commerce.queries.liens import lien_d_avis
from tissu.actions.alerte_commerce.queries.places import situer
from tissu.actions.alerte_commerce.rules.ciblage import Ciblage, Cible
from tissu.messages.choices import Canal, Priorite
from tissu.messages.contrat import Destinataire, Finalite, Message, Textes
from tissu.messages.rules.compte import Compte, compter


@dataclass(frozen=True)
class Joint:
    """Un commerce joint par une alerte : ses numéros, ses adresses, le lien où il dit si elle lui est utile."""

    adherent: int
    nom: str
    mobiles: tuple[str, ...]
    courriels: tuple[str, ...]
    avis: str


@dataclass(frozen=True)
class AlerteAuxCommerces(Message):
    """Une alerte, ou sa suite, aux commerces visés, le plus proche d'abord. Un numéro n'est joint qu'une fois."""

    fait: str
    texte: str
    objet: str
    corps: str
    joints: tuple[Joint, ...]

    slug: ClassVar[str] = "alerte_commerce.alerte"
    finalite: ClassVar[Finalite] = ALERTES
    canaux: ClassVar[tuple[Canal, ...]] = (Canal.SMS, Canal.COURRIEL, Canal.ESPACE)
    priorite: ClassVar[Priorite] = Priorite.URGENTE
    valable: ClassVar[timedelta] = timedelta(hours=2)
    garder: ClassVar[timedelta] = timedelta(days=30)

    @property
    def cle(self) -> str:
        return self.fait

    def numeros(self) -> int:
        """Les numéros distincts, donc les SMS à un segment près."""
        return len({mobile for joint in self.joints for mobile in joint.mobiles})

    def destinataires(self) -> Iterable[Destinataire]:
        pris: set[str] = set()
        for joint in self.joints:
            mobiles = tuple(mobile for mobile in joint.mobiles if mobile not in pris)
            pris.update(mobiles)
            premier, *autres = joint.courriels or ("",)
            cle, textes = cle_de(joint.adherent), self._pour(joint)
            yield Destinataire(cle, joint.nom, numeros=mobiles, courriel=premier, espace=True, textes=textes)
            for courriel in autres:
                yield Destinataire(cle, joint.nom, courriel=courriel, textes=textes)

    def textes(self) -> Textes:
        return Textes(sms=self.texte, objet=self.objet, courriel=self.corps, espace=self.texte)

    def _pour(self, joint: Joint) -> Textes | None:
        if not joint.courriels:
            return None
        return Textes(courriel=f"{self.corps}\n\nCette alerte vous est-elle utile ? {joint.avis}")


@dataclass(frozen=True)
class Apercu:
    """Ce qui partirait. `cout` en euros, None si l'exploitation ne l'a pas déclaré ; `rayon` : celui proposé ici.

    `situe` : le lieu du fait est connu, ou n'a pas à l'être. `lieu` : « longitude,latitude », ou rien ; `trace` : la
    portée en GeoJSON, pour la carte.
    """

    message: AlerteAuxCommerces
    ciblage: Ciblage
    compte: Compte
    cout: Decimal | None
    rayon: int = 0
    situe: bool = True
    lieu: str = ""
    trace: str = ""

    @property
    def commerces(self) -> int:
        return len(self.ciblage.vises)


def apercu(alerte: Alerte, *, au: datetime) -> Apercu:
    """L'aperçu d'une alerte, enregistrée ou non."""
    choisis, rayon = viser(alerte, au=au)
    cible, lieu = Cible.de_json(alerte.cible), None
    if alerte.lon is not None and alerte.lat is not None:
        lieu = (alerte.lon, alerte.lat)
    au_rayon = cible.sorte == SorteCible.RAYON
    return replace(
        _apercu(alerte, choisis), rayon=rayon if lieu and au_rayon else 0, situe=bool(lieu) or not au_rayon,
        lieu=f"{lieu[0]:.6f},{lieu[1]:.6f}" if lieu else "",
        trace=trace_de_la_cible(replace(cible, rayon_m=cible.rayon_m or rayon), lieu, alerte.code_commune),
    )  # fmt: skip


def apercu_d_une_saisie(champs: dict[str, Any], *, au: datetime) -> Apercu:
    """L'aperçu de ce que l'on est en train d'écrire : rien ne se garde."""
    propres = dict(champs)
    if propres["lon"] is None or propres["lat"] is None:
        place = situer(propres["lieu"], propres["code_commune"])
        propres |= {"lon": place.lon, "lat": place.lat}
    return apercu(Alerte(redigee_le=au, **propres), au=au)


def apercu_d_une_suite(alerte: Alerte, *, au: datetime) -> Apercu:
    """L'aperçu d'une annulation ou d'une fin d'alerte."""
    return _apercu(alerte, viser_le_fil(alerte, au=au))


def _apercu(alerte: Alerte, choisis: Ciblage) -> Apercu:
    message = composer(alerte, choisis)
    compte = compter(message.texte)
    return Apercu(message, choisis, compte, cout_de(message.numeros() * compte.sms))


def composer(alerte: Alerte, choisis: Ciblage) -> AlerteAuxCommerces:
    """Le message de cette alerte pour ces commerces."""
    texte = texte_de(alerte)
    nature = NatureFait(alerte.nature).label
    joints = tuple(
        Joint(
            vise.commerce.pk, vise.commerce.nom, vise.commerce.mobiles, vise.commerce.courriels,
            lien_d_avis(alerte.pk, vise.commerce.pk),
        )
        for vise in choisis.vises
    )  # fmt: skip
    corps = "\n\n".join(
        morceau
        for morceau in (
            texte, alerte.maniere, f"Direction de fuite : {alerte.direction}" if alerte.direction else "",
            f"Conseil : {alerte.conseil}" if alerte.conseil else "",
            "Un fait nouveau ? Appelez le 17. Ne cherchez pas à intervenir.",
            "Ce message vient des forces de l'ordre, par le réseau Alerte Commerce.",
        )
        if morceau
    )  # fmt: skip
    objet = f"{TypeAlerte(alerte.type).label} : {nature.lower()}, {alerte.lieu}"
    return AlerteAuxCommerces(str(alerte.identifiant), texte, objet, corps, joints)
