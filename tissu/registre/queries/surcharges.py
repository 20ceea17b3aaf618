"""Ce qui s'ajoute aux fichiers officiels quand une version se compose : corrections locales, fichier consulaire…"""

import pyarrow as pa

from tissu.registre.nomenclatures import table_agregations


def surcharges() -> dict[str, pa.Table]:
    """Tables jointes à la composition, sous les noms que `croisements` attend. Une table absente vaut vide.

    Chacune est rangée dans un ordre stable : leur contenu entre dans l'empreinte qui dit si un import change rien.
    """
    return {"naf": table_agregations()}
