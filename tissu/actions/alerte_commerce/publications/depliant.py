"""Le dépliant du réseau, sur une page : ce qu'il est, comment en être, à qui parler."""

from datetime import date

from tissu.actions.alerte_commerce.publications.textes import en_blocs
from tissu.actions.alerte_commerce.queries.conseils import referents_publies
from tissu.actions.alerte_commerce.queries.editeur import invitation, logos
from tissu.publications.imprimes import Depliant
from tissu.socle.territoire import territoire

TITRE = "Alerte Commerce"
ACCROCHE = "Un délit près de chez vous : un SMS vous prévient en quelques minutes."
CORPS = """## Comment cela marche

- Un commerce victime d'un vol, d'une escroquerie ou d'une violence appelle le 17, dans l'heure.
- Les forces de l'ordre vérifient et décident, seules, d'alerter les commerces voisins.
- Vous recevez un SMS : ce qui s'est passé, où, quand, et ce qu'il faut faire.

## Pour en être

- Deux minutes sur votre téléphone : votre commerce, votre mobile, la charte à signer.
- Gratuit, sans compte ni mot de passe. On part quand on veut, et tout s'efface.
- La vitrophanie et le guide de la sécurité vous sont envoyés."""
REFERENTS_MONTRES = 3


def depliant(au: date) -> Depliant:
    """Le dépliant du jour, avec les premiers référents publiés."""
    referents = referents_publies()[:REFERENTS_MONTRES]
    return Depliant(
        TITRE, ACCROCHE, en_blocs(CORPS), invitation("Adhérez en deux minutes"),
        [", ".join(filter(None, (un.nom, un.fonction, un.telephone))) for un in referents], logos(au),
        " · ".join(territoire().partenaires),
    )  # fmt: skip
