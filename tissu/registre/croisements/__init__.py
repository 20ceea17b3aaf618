"""Croisements du registre : des fichiers officiels typés aux tables de l'instantané.

Mode d'emploi pour l'appelant (le moteur d'import) :

    from tissu.registre.croisements import ETAPES, SORTIES, Contexte

    contexte = Contexte.du_territoire(communes={"21231": "Dijon", ...}, source_au=date(2026, 11, 1),
                                      adresses_connues=True)
    tables = {...}                       # tables d'entrée, voir plus bas
    for etape in ETAPES:                 # dans cet ordre
        expression = etape.fonction(tables, contexte)      # expression Ibis
        tables[etape.nom] = <écrire l'expression en Parquet, puis relire ce Parquet en table Ibis>
    # instantané : les étapes dont etape.sortie est vrai (noms : SORTIES), colonnes dans l'ordre de SCHEMAS ;
    # les autres sont des étapes de travail, à effacer avec le dossier d'étapes.

Tables d'entrée (toutes facultatives sauf `sirene_etablissements` ; une colonne absente est lue comme NULL,
un texte vide et `[ND]` aussi ; toutes les colonnes officielles en VARCHAR sous leur nom de l'Insee) :

- `sirene_etablissements`   StockEtablissement. Lignes du territoire ; des lignes hors du territoire (même SIREN,
  ou liées par succession) sont permises et servent seulement à connaître leur adresse.
- `sirene_unites_legales`   StockUniteLegale des SIREN présents.
- `sirene_historique`       StockEtablissementHistorique de **tous** les établissements de ces SIREN et des SIRET
  liés par succession, dans et hors du territoire.
- `sirene_successions`      StockEtablissementLiensSuccession dont un bout au moins est dans le territoire.
- `sirene_geolocalisation`  fichier de géolocalisation de l'Insee (siret, qualite_xy, x_longitude, y_latitude).
- `corrections(siret, champ, valeur)`           une ligne par correction locale en vigueur, `champ` dans
  `choices.CHAMPS_CORRIGEABLES`, `valeur` en texte.
- `consulaire(siret, effectif, effectif_date, chiffre_affaires_eur, capital_eur)`
- `bodacc`                  annonces normalisées par `sources.bodacc` (schéma `sources.bodacc.SCHEMA`).
- `naf(code, section, a5, a10, a17, a38, a64, a88, a129, a138[, nomenclature])`   sans `nomenclature`, tout est
  NAFRev2 ; les codes sont acceptés avec ou sans point.
- `connu_le_precedent(siret, type, date_effet, connu_le)`   tirée des événements de l'instantané précédent.

Aucune fonction d'ici n'exécute quoi que ce soit : elles composent des expressions, sans `memtable`.
"""
