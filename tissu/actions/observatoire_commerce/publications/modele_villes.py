"""Le modèle du fichier des chiffres d'autres villes : les colonnes, ce qu'on y écrit, une ligne d'exemple."""

import csv
import io

import xlsxwriter

from tissu.actions.observatoire_commerce.choices import IndicateurCompare, RoleDeVille, TypePerimetre
from tissu.actions.observatoire_commerce.rules.fichier_villes import COLONNES

LISTES = {
    "perimetre": list(TypePerimetre.values),
    "role": list(RoleDeVille.values),
    "indicateur": list(IndicateurCompare.values),
    "comparable": ["oui", "partiel", "non"],
}
LIGNES_A_CHOIX = 500


def modele_csv() -> bytes:
    """Le modèle en CSV, lisible d'un tableur français."""
    sortie = io.StringIO()
    feuille = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    feuille.writerow([colonne.titre for colonne in COLONNES])
    feuille.writerow([colonne.exemple for colonne in COLONNES])
    return sortie.getvalue().encode("utf-8-sig")


def modele_xlsx() -> bytes:
    """Le modèle en classeur : la feuille à remplir, avec ses listes de choix, puis le mode d'emploi."""
    tampon = io.BytesIO()
    with xlsxwriter.Workbook(tampon, {"in_memory": True}) as classeur:
        tete, gris = (
            classeur.add_format({"bold": True, "text_wrap": True}),
            classeur.add_format({"font_color": "#777777"}),
        )
        feuille = classeur.add_worksheet("Valeurs")
        feuille.freeze_panes(1, 1)
        for rang, colonne in enumerate(COLONNES):
            feuille.write_string(0, rang, colonne.titre, tete)
            feuille.write_string(1, rang, colonne.exemple, gris)
            feuille.set_column(rang, rang, max(14, len(colonne.titre) + 2))
            if colonne.champ in LISTES:
                feuille.data_validation(
                    1, rang, LIGNES_A_CHOIX, rang, {"validate": "list", "source": LISTES[colonne.champ]}
                )
        emploi = classeur.add_worksheet("Mode d'emploi")
        emploi.set_column(0, 0, 30)
        emploi.set_column(1, 1, 90)
        emploi.write_row(0, 0, ["Colonne", "Ce qu'on y écrit"], tete)
        for rang, colonne in enumerate(COLONNES, start=1):
            requise = "Obligatoire. " if colonne.requise else ""
            emploi.write_row(rang, 0, [colonne.titre, f"{requise}{colonne.aide}"])
        emploi.write_row(len(COLONNES) + 2, 0, ["", "Une ligne par valeur. La ligne d'exemple n'est jamais lue."])
    return tampon.getvalue()


MODELES = {
    "csv": (modele_csv, "text/csv; charset=utf-8"),
    "xlsx": (modele_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
