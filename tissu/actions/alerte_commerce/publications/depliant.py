"""Le dépliant du réseau, sur une page : ce qu'il est, comment en être, à qui parler."""

from datetime import date

from tissu.actions.alerte_commerce.choices import UsageDuTexte
from tissu.actions.alerte_commerce.queries.conseils import referents_publies
from tissu.actions.alerte_commerce.queries.editeur import invitation, logos
from tissu.actions.alerte_commerce.queries.textes import en_blocs, texte_imprime
from tissu.publications.imprimes import Depliant
from tissu.socle.territoire import territoire

REFERENTS_MONTRES = 3


def depliant(au: date) -> Depliant:
    """Le dépliant du jour, avec les premiers référents publiés."""
    texte, referents = texte_imprime(UsageDuTexte.DEPLIANT), referents_publies()[:REFERENTS_MONTRES]
    return Depliant(
        texte.titre, texte.accroche, en_blocs(texte.corps), invitation("Adhérez en deux minutes"),
        [", ".join(filter(None, (un.nom, un.fonction, un.telephone))) for un in referents], logos(au),
        " · ".join(territoire().partenaires),
    )  # fmt: skip
