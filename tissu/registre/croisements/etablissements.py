"""Les établissements du territoire : tout ce que l'on sait d'un SIRET, corrigé, situé, puis masqué."""

import ibis
import ibis.expr.types as ir

from tissu.registre.choices import CHAMPS_CORRIGEABLES, OriginePosition
from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.diffusion import CAS, avec_cas, masquer, statut
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import conforme
from tissu.registre.rules import FERME, NOMENCLATURE_AGREGEE, CasDiffusion
from tissu.registre.sources.champs import assembler, entier, jour, montant, texte
from tissu.registre.sources.geolocalisation import avec_degres

AGREGATS = ("section", "a5", "a10", "a17", "a38", "a64", "a88", "a129", "a138")
CHAMPS_DE_L_UNITE = {
    "nom": "nom",
    "denomination_unite": "denomination",
    "sigle": "sigle",
    "diffusion_unite": "diffusion",
    "personne_physique": "personne_physique",
    "categorie_juridique": "categorie_juridique",
    "etat_unite": "etat",
    "date_creation_unite": "date_creation",
    "categorie_entreprise": "categorie_entreprise",
    "tranche_effectif_unite": "tranche_effectif",
    "annee_effectif_unite": "annee_effectif",
    "naf_unite": "naf",
    "ess": "ess",
    "societe_mission": "societe_mission",
    "nic_siege": "nic_siege",
}


def etablissements(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET du territoire. Déjà masqué : rien de protégé n'en sort."""
    stock = entrees.etablissements(tables)
    situes = stock.filter(stock.code_commune.isin(list(contexte.communes)))
    datee = _dates(situes, tables["vies"])
    complete = _completer(datee, _unites(tables), "siren")
    complete = complete.mutate(
        siege=ibis.coalesce(complete.siege, complete.nic_siege == complete.nic),
        diffusion=statut(complete.diffusion),
        diffusion_unite=statut(complete.diffusion_unite),
    )
    corrigee = _corriger(_situer(complete, tables), tables)
    enrichie = _consulaire(_agreger(_adresser(corrigee, contexte), tables), tables)
    return conforme(_montrer(enrichie), "etablissements")


def _completer(gauche: ir.Table, droite: ir.Table, cle: str) -> ir.Table:
    """Ajoute les colonnes de `droite`, qui a au plus une ligne par clé ; celles de `gauche` priment."""
    ajoutees = [colonne for colonne in droite.columns if colonne not in gauche.columns]
    return gauche.left_join(droite.select(cle, *ajoutees), cle).drop(f"{cle}_right")


def _dates(table: ir.Table, vies: ir.Table) -> ir.Table:
    """L'état vide reprend le dernier connu, la création absente la première date connue ; un établissement ouvert
    n'a de date de fermeture que si elle est à venir dans l'historique."""
    avec = _completer(table, vies.rename(etat_connu="etat", siren_connu="siren"), "siret")
    etat = ibis.coalesce(avec.etat, avec.etat_connu)
    rouvert_depuis = (etat != FERME) & (avec.date_fermeture <= avec.date_debut)
    return avec.mutate(
        etat=etat,
        date_creation=ibis.coalesce(avec.date_creation, avec.date_premiere),
        date_fermeture=rouvert_depuis.fill_null(False).ifelse(ibis.null("date"), avec.date_fermeture),
    )


def _unites(tables: Tables) -> ir.Table:
    unites = entrees.unites_legales(tables)
    champs = {nom: unites[origine] for nom, origine in CHAMPS_DE_L_UNITE.items()}
    return unites.select("siren", **champs)


def _situer(table: ir.Table, tables: Tables) -> ir.Table:
    """La position de l'Insee, à défaut celle calculée des coordonnées Lambert-93 de Sirene (métropole)."""
    avec = _completer(avec_degres(table, "lambert_x", "lambert_y"), entrees.geolocalisation(tables), "siret")
    outre_mer = avec.code_commune.startswith("97") | avec.code_commune.startswith("98")
    lambert = avec.lon.isnull() & avec.lon_lambert.notnull() & avec.lat_lambert.notnull() & ~outre_mer
    return avec.mutate(
        lon=lambert.ifelse(avec.lon_lambert, avec.lon),
        lat=lambert.ifelse(avec.lat_lambert, avec.lat),
        origine_position=ibis.cases(
            (avec.lon.notnull(), OriginePosition.GEOLOCALISATION_INSEE.value),
            (lambert, OriginePosition.LAMBERT_SIRENE.value),
            else_=ibis.null("string"),
        ),
    )


def _corriger(table: ir.Table, tables: Tables) -> ir.Table:
    """Applique les corrections locales ; une correction vide efface la valeur."""
    brutes = entrees.brute(tables, "corrections")
    lues = brutes.select(siret=texte(brutes, "siret"), champ=texte(brutes, "champ"), valeur=texte(brutes, "valeur"))
    lues = lues.filter(lues.champ.isin(CHAMPS_CORRIGEABLES))
    par_siret = lues.group_by("siret").agg(
        corrections=lues.champ.collect(distinct=True, order_by=lues.champ),
        **{f"corrige_{champ}": lues.valeur.max(where=lues.champ == champ) for champ in CHAMPS_CORRIGEABLES},
    )
    jointe = _completer(table, par_siret, "siret")
    jointe = jointe.mutate(corrections=jointe.corrections.fill_null(ibis.literal([], type="array<string>")))
    valeurs = {champ: _valeur(jointe, champ) for champ in CHAMPS_CORRIGEABLES}
    deplacee = jointe.corrections.contains("lon") | jointe.corrections.contains("lat")
    return jointe.mutate(
        **valeurs,
        naf_nomenclature=jointe.corrections.contains("naf").ifelse(NOMENCLATURE_AGREGEE, jointe.naf_nomenclature),
        origine_position=deplacee.ifelse(OriginePosition.CORRECTION.value, jointe.origine_position),
        qualite_xy=deplacee.ifelse(ibis.null("string"), jointe.qualite_xy),
    )


def _valeur(table: ir.Table, champ: str) -> ir.Value:
    genre = table[champ].type()
    return table.corrections.contains(champ).ifelse(table[f"corrige_{champ}"].try_cast(genre), table[champ])


def _adresser(table: ir.Table, contexte: Contexte) -> ir.Table:
    """L'adresse en une ligne et le nom de la commune tel que le territoire l'écrit."""
    commune = ibis.cases(
        *[(table.code_commune == code, nom) for code, nom in contexte.communes.items()], else_=table.commune
    )
    voie = assembler([table.complement, table.numero, table.indice, table.type_voie, table.libelle_voie])
    adresse = assembler([voie, table.code_postal, commune])
    return table.mutate(commune=commune, adresse=voie.notnull().ifelse(adresse, ibis.null("string")))


def _agreger(table: ir.Table, tables: Tables) -> ir.Table:
    """Section et agrégats A5 à A138 du code courant, de la même nomenclature que lui ou rien.

    Une table d'agrégats réduite aux divisions (sans les données de l'Insee) sert par les deux premiers chiffres.
    """
    naf = entrees.brute(tables, "naf")
    nomenclature = ibis.coalesce(texte(naf, "nomenclature"), ibis.literal(NOMENCLATURE_AGREGEE))
    code = texte(naf, "code").replace(".", "")
    champs = {champ: texte(naf, champ) for champ in AGREGATS} | {"a88": _division_lue(naf)}
    agregats = naf.select(naf_cle=nomenclature + ":" + code, **champs)
    propre = table.naf.replace(".", "")
    avec_cles = table.mutate(
        naf_cle=table.naf_nomenclature + ":" + propre,
        naf_cle_division=table.naf_nomenclature + ":" + propre.left(2),
    )
    par_code = _completer(avec_cles, agregats, "naf_cle")
    de_division = agregats.filter(agregats.naf_cle.re_search(":[0-9]{2}$"))
    de_division = de_division.rename({f"{champ}_division": champ for champ in ("naf_cle", *AGREGATS)})
    complete = _completer(par_code, de_division, "naf_cle_division")
    retenus = {champ: ibis.coalesce(complete[champ], complete[f"{champ}_division"]) for champ in AGREGATS}
    return complete.mutate(**retenus).mutate(division=ibis._.a88)


def _division_lue(naf: ir.Table) -> ir.StringValue:
    """Le poste A88 est la division : la table des agrégats l'écrit sous l'un ou l'autre nom."""
    return ibis.coalesce(texte(naf, "a88"), texte(naf, "division"))


def _consulaire(table: ir.Table, tables: Tables) -> ir.Table:
    """Ce que la chambre sait de l'établissement : effectif daté, chiffre d'affaires, capital."""
    brut = entrees.brute(tables, "consulaire")
    lu = brut.select(
        siret=texte(brut, "siret"),
        effectif_cci=entier(brut, "effectif"),
        effectif_cci_date=jour(brut, "effectif_date"),
        chiffre_affaires_eur=montant(brut, "chiffre_affaires_eur"),
        capital_eur=montant(brut, "capital_eur"),
        site_cci=ibis.literal(True),
    ).distinct(on="siret", keep="first")
    jointe = _completer(table, lu, "siret")
    return jointe.mutate(site_cci=jointe.site_cci.fill_null(False))


def _montrer(table: ir.Table) -> ir.Table:
    """Masque, puis choisit le nom affiché parmi ce qui reste montrable."""
    avec = avec_cas(table)
    diffusible = avec[CAS] == CasDiffusion.DIFFUSIBLE.value
    masquee = masquer(avec.mutate(diffusion=diffusible.ifelse("O", "P")))
    return masquee.mutate(nom=ibis.coalesce(masquee.nom, masquee.denomination_usuelle, masquee.enseigne))
