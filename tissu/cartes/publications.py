"""Une carte dans un document : son dessin, sa description, et le tableau qui dit la même chose."""

import numpy as np

from tissu.cartes.couches import Geometrie
from tissu.cartes.description import entrees
from tissu.cartes.impression.cadrage import barre
from tissu.cartes.impression.dessin import dessiner, feuille_svg, legende_svg
from tissu.cartes.impression.feuille import cadrer_sur, communes_du_territoire, description
from tissu.cartes.presentation import Presentation
from tissu.publications.contenu import Carte, Colonne, Nature, Tableau
from tissu.publications.valeurs import affichee
from tissu.socle.formats import date_courte

LARGEUR_MM, HAUTEUR_MM, REDUIT = 160.0, 104.0, 0.8
"""La largeur utile d'une page de rapport ; les lettres d'une feuille A4 entière y seraient trop grandes."""


def carte_de_document(montree: Presentation, *, titre: str, sous_titre: str = "", identifiant: str = "") -> Carte:
    """Ce que montre une carte, en bloc de document. `titre` dit le constat ; le reste vient de la couche."""
    communes = communes_du_territoire()
    cadre = cadrer_sur(montree, None, (LARGEUR_MM, HAUTEUR_MM), communes, agrandi=REDUIT)
    dessin = dessiner(
        montree.jeu, montree.rangement, cadre, entier=montree.entier, territoire=communes, selection=montree.selection,
        barre=barre(cadre),
    )  # fmt: skip
    classes = entrees(montree.rangement)
    surfaces = montree.couche.geometrie is Geometrie.SURFACE
    legende, haut = legende_svg(classes, cadre.largeur, cadre.hauteur, surfaces=surfaces)
    couche = montree.couche
    return Carte(
        titre=titre,
        sous_titre=sous_titre or montree.theme.titre,
        dessin=feuille_svg(dessin + legende, cadre.largeur, cadre.hauteur + haut, agrandi=REDUIT),
        description=description(montree, classes, cadre, titre),
        tableau=tableau_equivalent(montree, titre=titre, identifiant=identifiant or couche.slug),
        source=f"{couche.source}, {date_courte(couche.source_au())}",
    )


def tableau_equivalent(montree: Presentation, *, titre: str, identifiant: str) -> Tableau:
    """Les surfaces et leur valeur, ou le nombre d'objets de chaque classe de points."""
    couche, theme, jeu = montree.couche, montree.theme, montree.jeu
    source = f"{couche.source}, {date_courte(couche.source_au())}"
    if couche.geometrie is Geometrie.SURFACE:
        champ = couche.champ(theme.champ)
        colonnes = [Colonne("nom", couche.objet[0].capitalize()), Colonne("valeur", theme.titre, champ.nature)]
        valeurs = zip(
            jeu.table[couche.titre_objet].to_pylist(), jeu.table[champ.cle].to_pylist(), jeu.secrets, strict=True
        )
        lignes = [{"nom": str(nom), "valeur": "secret" if tue else valeur} for nom, valeur, tue in valeurs]
        return Tableau(identifiant, titre, colonnes, sorted(lignes, key=lambda ligne: ligne["nom"]), source=source)
    colonnes = [
        Colonne("classe", theme.titre), Colonne("effectif", couche.objet[1].capitalize(), Nature.NOMBRE),
        Colonne("part", "Part", Nature.TAUX),
    ]  # fmt: skip
    total = max(jeu.table.num_rows, 1)
    lignes = [
        {"classe": entree.libelle, "effectif": entree.effectif, "part": entree.effectif / total}
        for entree in entrees(montree.rangement)
    ]
    sans = jeu.table.num_rows - int(np.count_nonzero(jeu.places))
    note = f"Dont {affichee(sans, Nature.NOMBRE)} sans position, absents de la carte." if sans else ""
    somme = {"classe": "Ensemble", "effectif": jeu.table.num_rows, "part": 1.0 if jeu.table.num_rows else None}
    return Tableau(identifiant, titre, colonnes, lignes, total=somme, source=source, note=note)
