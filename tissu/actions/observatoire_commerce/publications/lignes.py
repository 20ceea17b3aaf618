"""Les locaux derrière un chiffre d'une étude, seuls."""

from tissu.actions.observatoire_commerce.publications.cdac import METHODE
from tissu.actions.observatoire_commerce.publications.locaux import tableau_des_locaux
from tissu.actions.observatoire_commerce.queries.chalandise import QUOI, Filtre, Zone, lignes, releve_le_plus_recent
from tissu.publications.contenu import Document, Section
from tissu.socle.formats import pluriel
from tissu.socle.territoire import territoire


def document_lignes(zone: Zone, filtre: Filtre) -> Document:
    """Les locaux retenus, du plus proche au plus loin, et ce qui les a retenus."""
    retenus = lignes(zone, filtre)
    tableau = tableau_des_locaux("locaux", QUOI[filtre.quoi], retenus, complet=True)
    return Document(
        titre=f"{QUOI[filtre.quoi]} autour de « {zone.projet.nom} »",
        sous_titre=f"{pluriel(len(retenus), 'local', 'locaux')}. {_dit(zone, filtre)}",
        territoire=territoire().nom,
        periode="",
        source_au=releve_le_plus_recent(zone.table),
        version="",
        sections=[Section("locaux", "Locaux", [tableau])],
        methode=METHODE[3:6],
    )


def _dit(zone: Zone, filtre: Filtre) -> str:
    """Les filtres posés, en mots."""
    phrases = [anneau.libelle for anneau in zone.anneaux if anneau.rang == filtre.anneau]
    phrases += [titre for code, titre in zone.tranches() if code == filtre.tranche]
    if filtre.meme_activite:
        phrases.append("même activité")
    if filtre.voie_id is not None:
        phrases.append("une seule rue")
    return f"{', '.join(phrases).capitalize()}." if phrases else "Toute la zone."
