"""Ce que la fiche 3 donne à diffuser : le guide de la sécurité, les fiches du CPSQ."""

from tissu.actions.alerte_commerce.publications.cpsq import source_du_cpsq
from tissu.actions.alerte_commerce.publications.guide import source_du_guide
from tissu.publications.sources import SourceDeDocument


def documents() -> tuple[SourceDeDocument, ...]:
    return (source_du_guide(), source_du_cpsq())
