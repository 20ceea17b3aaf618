"""Ce que personne ne change une fois verrouillé, l'administrateur compris : la base le refuse elle-même.

Une ligne figée n'entre ni ne sort : ni modification, ni effacement, ni ajout, ni déplacement depuis une autre revue ou
une autre fiche, ni remplacement par sa clé (`INSERT OR REPLACE`).
"""

from tissu.socle.intouchables import Intouchable

_VERROUILLEE = "EXISTS (SELECT 1 FROM programme_revue r WHERE r.id = {ligne}.revue_id AND r.etat = 'verrouillee')"
_REMPLACEE = (
    "EXISTS (SELECT 1 FROM {table} t JOIN programme_revue r ON r.id = t.revue_id "
    "WHERE t.id = NEW.id AND r.etat = 'verrouillee')"
)
_DEJA_LA = "EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id)"


def _de_la_revue(table: str) -> Intouchable:
    """Une ligne qui appartient à une revue : figée avec elle."""
    return Intouchable(
        table,
        condition=_VERROUILLEE.format(ligne="OLD"),
        condition_ajout=f"{_VERROUILLEE.format(ligne='NEW')} OR {_REMPLACEE.format(table=table)}",
        nom="revue_verrouillee",
    )


def _en_ajout_seul(table: str) -> Intouchable:
    """Une ligne qui s'ajoute et ne change plus jamais."""
    return Intouchable(table, condition_ajout=_DEJA_LA.format(table=table))


AVENANT = Intouchable(
    "programme_avenant",
    condition="OLD.signe_le IS NOT NULL",
    condition_ajout="EXISTS (SELECT 1 FROM programme_avenant t WHERE t.id = NEW.id AND t.signe_le IS NOT NULL)",
    nom="avenant_signe",
)

GARDES = (
    *(
        _de_la_revue(table)
        for table in (
            "programme_figurefigee",
            "programme_commentaire",
            "programme_proposition",
            "programme_accordderevue",
        )
    ),
    Intouchable(
        "programme_revue",
        condition="OLD.etat = 'verrouillee'",
        condition_ajout="EXISTS (SELECT 1 FROM programme_revue r WHERE r.id = NEW.id AND r.etat = 'verrouillee')",
        nom="revue_verrouillee",
    ),
    _en_ajout_seul("programme_rectification"),
    _en_ajout_seul("programme_versiondefiche"),
    AVENANT,
)

# De la ligne gardée à sa fiche : directement, ou par sa ligne de dépense.
_DE_LA_FICHE = "SELECT 1 FROM programme_fiche f WHERE f.id = {ligne}.fiche_id AND f.etat = 'close'"
_DE_LA_LIGNE = (
    "SELECT 1 FROM programme_lignedepense d JOIN programme_fiche f ON f.id = d.fiche_id "
    "WHERE d.id = {ligne}.ligne_id AND f.etat = 'close'"
)
_CLOSE_REMPLACEE = "EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id AND EXISTS ({chemin}))"


def _d_une_fiche_close(table: str, chemin: str) -> Intouchable:
    """Une ligne qui dit ce qu'une fiche promet ou a dépensé : figée quand la fiche est close."""
    remplacee = _CLOSE_REMPLACEE.format(table=table, chemin=chemin.format(ligne="t"))
    return Intouchable(
        table,
        condition=f"EXISTS ({chemin.format(ligne='OLD')})",
        condition_ajout=f"EXISTS ({chemin.format(ligne='NEW')}) OR {remplacee}",
        nom="fiche_close",
    )


GARDES_DES_FICHES_CLOSES = (
    Intouchable(
        "programme_fiche",
        condition="OLD.etat = 'close'",
        condition_ajout="EXISTS (SELECT 1 FROM programme_fiche f WHERE f.id = NEW.id AND f.etat = 'close')",
        nom="fiche_close",
    ),
    *(
        _d_une_fiche_close(f"programme_{table}", _DE_LA_FICHE)
        for table in (
            "fiche_maitres_ouvrage",
            "sectionredigee",
            "lignedepense",
            "tauxjour",
            "contribution",
            "critere",
            "aidedeminimis",
        )
    ),
    *(_d_une_fiche_close(f"programme_{table}", _DE_LA_LIGNE) for table in ("jourpasse", "coutdirect")),
)
