"""Les lettres d'une action de communication : une par destinataire gardé."""

from tissu.actions.alerte_commerce.models import DestinataireDeCourrier, Publipostage
from tissu.actions.alerte_commerce.queries.editeur import invitation
from tissu.actions.alerte_commerce.queries.textes import en_blocs
from tissu.actions.alerte_commerce.rules.courriers import bloc_adresse, remplir
from tissu.publications.imprimes import Courrier, Lettre
from tissu.registre.queries.masques import sirets_masques
from tissu.socle.formats import date_longue
from tissu.socle.territoire import territoire


def est_protege(destinataire: DestinataireDeCourrier) -> bool:
    """Son établissement est en diffusion partielle aujourd'hui : ni son nom, ni son adresse ne se montrent plus."""
    return bool(destinataire.siret) and destinataire.siret in sirets_masques()


def courrier(publipostage: Publipostage) -> Courrier:
    """Les lettres, dans l'ordre des adresses ; aucune à qui est protégé depuis. Une requête en tout."""
    communication, appel = publipostage.communication, invitation("Adhérez en deux minutes")
    communes, jour = territoire().communes, date_longue(communication.le)

    def lettre(un: DestinataireDeCourrier) -> Lettre:
        commune = communes.get(un.code_commune, "")
        valeurs = {
            "commerce": un.nom, "adresse": un.adresse, "commune": commune, "quartier": un.quartier or commune,
            "date": jour, "internet": appel.courte,
        }  # fmt: skip
        return Lettre(
            bloc_adresse(un.nom, un.adresse, un.code_postal, commune), remplir(publipostage.objet, valeurs),
            en_blocs(remplir(publipostage.corps, valeurs)),
        )  # fmt: skip

    return Courrier(
        communication.titre, f"Le {jour}",
        [lettre(un) for un in communication.destinataires.all() if not est_protege(un)], appel, publipostage.signature,
    )  # fmt: skip
