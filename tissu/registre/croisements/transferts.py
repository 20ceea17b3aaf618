"""Successions : quel établissement en suit un autre, par un lien de l'Insee ou, à défaut, par déduction.

Une ligne de `transferts` dit la nature du passage :

- `transfert` : même unité légale, l'ancien établissement ferme et le nouveau ouvre ;
- `reprise` : une autre unité légale prend la suite ;
- `regroupement` : même unité légale, mais le successeur était déjà ouvert : l'ancien ferme bel et bien.

Sans lien, un transfert est déduit du même SIREN, du même APE et de deux adresses connues et différentes, à une
date voisine. L'adresse d'un établissement non diffusible est inconnue : on ne déduit rien de lui. Hors du
territoire, l'adresse est connue pour différente par la seule commune.
"""

import ibis
import ibis.expr.types as ir

from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.dates import ecart_jours
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import conforme
from tissu.registre.rules import OUVERT
from tissu.registre.sources.champs import assembler

TRANSFERT, REPRISE, REGROUPEMENT = "transfert", "reprise", "regroupement"
LIEN, DEDUIT = "lien", "deduit"
COLONNES = (
    "siret_predecesseur", "siret_successeur", "nature", "origine", "date_lien", "date_ouverture", "date_fermeture",
    "continuite_economique", "transfert_siege", "predecesseur_dedans", "successeur_dedans",
)  # fmt: skip


def successions(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : lien de succession dont un bout au moins est dans le territoire."""
    liens = entrees.successions(tables)
    dedans = tables["etablissements"].select("siret")
    utiles = liens.filter(liens.siret_predecesseur.isin(dedans.siret) | liens.siret_successeur.isin(dedans.siret))
    return conforme(utiles, "successions")


def transferts(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : prédécesseur et successeur ; au plus un prédécesseur par ouverture, un successeur par fermeture."""
    par_liens = _sans_concurrence(_natures(_liens_dates(tables, contexte), tables))
    deduits = _deduits(tables, contexte, par_liens)
    return par_liens.select(*COLONNES).union(deduits.select(*COLONNES))


def _liens_dates(tables: Tables, contexte: Contexte) -> ir.Table:
    """Chaque lien avec l'ouverture du successeur et la fermeture du prédécesseur les plus proches de sa date."""
    liens = (
        tables["successions"]
        .group_by("siret_predecesseur", "siret_successeur", "date_lien")
        .agg(transfert_siege=ibis._.transfert_siege.any(), continuite_economique=ibis._.continuite_economique.any())
    )
    avec_ouverture = _au_plus_proche(liens, tables["ouvertures"], "siret_successeur", "date_ouverture", contexte)
    repere = avec_ouverture.mutate(repere=ibis.coalesce(avec_ouverture.date_lien, avec_ouverture.date_ouverture))
    return _au_plus_proche(
        repere, tables["fermetures"], "siret_predecesseur", "date_fermeture", contexte, repere="repere"
    ).drop("repere")


def _au_plus_proche(
    liens: ir.Table, mouvements: ir.Table, bout: str, nom: str, contexte: Contexte, repere: str = "date_lien"
) -> ir.Table:
    """Ajoute à chaque lien la date du mouvement le plus proche, NULL s'il n'en est pas dans la tolérance."""
    dates = mouvements.select(siret_mouvement="siret", date_mouvement="date")
    jointes = liens.left_join(dates, liens[bout] == dates.siret_mouvement)
    ecart = ecart_jours(jointes[repere], jointes.date_mouvement).fill_null(0)
    proche = jointes.mutate(
        ecart=ecart,
        **{nom: (ecart <= contexte.tolerance_lien_jours).ifelse(jointes.date_mouvement, ibis.null("date"))},
    )
    choix = ibis.window(
        group_by=["siret_predecesseur", "siret_successeur", "date_lien"],
        order_by=[proche.ecart, proche.date_mouvement.desc()],
    )
    return (
        proche.mutate(choix=ibis.row_number().over(choix))
        .filter(ibis._.choix == 0)
        .drop("choix", "ecart", "siret_mouvement", "date_mouvement")
    )


def _natures(liens: ir.Table, tables: Tables) -> ir.Table:
    dedans = tables["etablissements"].select("siret").siret
    vies = tables["vies"].select(siret_vie="siret", etat_predecesseur="etat")
    jointes = liens.left_join(vies, liens.siret_predecesseur == vies.siret_vie)
    meme_siren = jointes.siret_predecesseur.left(9) == jointes.siret_successeur.left(9)
    reste_ouvert = jointes.date_fermeture.isnull() & (jointes.etat_predecesseur.fill_null("") == OUVERT)
    situees = jointes.mutate(
        origine=ibis.literal(LIEN),
        predecesseur_dedans=jointes.siret_predecesseur.isin(dedans),
        successeur_dedans=jointes.siret_successeur.isin(dedans),
        meme_siren=meme_siren,
        reste_ouvert=reste_ouvert,
    )
    sans_ouverture = situees.date_ouverture.isnull() & situees.successeur_dedans
    nature = ibis.cases(
        (~situees.meme_siren & situees.date_ouverture.notnull(), REPRISE),
        (situees.meme_siren & ~situees.reste_ouvert & ~sans_ouverture, TRANSFERT),
        (situees.meme_siren & ~situees.reste_ouvert, REGROUPEMENT),
        else_=ibis.null("string"),
    )
    typees = situees.mutate(nature=nature)
    return typees.filter(typees.nature.notnull() & (typees.siret_predecesseur != typees.siret_successeur))


def _sans_concurrence(liens: ir.Table) -> ir.Table:
    """Une ouverture n'a qu'un prédécesseur, une fermeture n'explique qu'un transfert : le plus sûr reste."""
    par_ouverture = _premier(liens, ["siret_successeur", "date_ouverture"], liens.date_ouverture.notnull())
    explique = (par_ouverture.nature == TRANSFERT) & par_ouverture.date_fermeture.notnull()
    return _premier(par_ouverture, ["siret_predecesseur", "date_fermeture"], explique)


def _premier(liens: ir.Table, cle: list[str], concurrents: ir.BooleanValue) -> ir.Table:
    marques = liens.mutate(concurrent=concurrents)
    choix = ibis.window(
        group_by=[*cle, "concurrent"],
        order_by=[
            marques.nature != TRANSFERT,
            ~marques.transfert_siege.fill_null(False),
            ~marques.continuite_economique.fill_null(False),
            ecart_jours(marques.date_ouverture, marques.date_fermeture).fill_null(0),
            marques.siret_predecesseur,
            marques.siret_successeur,
        ],
    )
    classes = marques.mutate(choix=ibis.row_number().over(choix))
    return classes.filter(~classes.concurrent | (classes.choix == 0)).drop("concurrent", "choix")


def _deduits(tables: Tables, contexte: Contexte, par_liens: ir.Table) -> ir.Table:
    """Transferts sans lien : même SIREN, même APE, dates voisines, deux adresses connues et différentes."""
    lies = par_liens.filter(par_liens.nature != REGROUPEMENT)
    lieux = _lieux(tables)
    arrivees = _libres(tables["ouvertures"], lies, "siret_successeur", "date_ouverture")
    departs = _libres(
        tables["fermetures"], lies.filter(lies.nature == TRANSFERT), "siret_predecesseur", "date_fermeture"
    )
    arrivees = arrivees.join(lieux, "siret").select(
        "siren", "ape", siret_successeur="siret", date_ouverture="date", lieu_successeur="lieu",
        successeur_dedans="dedans",
    )  # fmt: skip
    departs = departs.join(lieux, "siret").select(
        "siren", "ape", siret_predecesseur="siret", date_fermeture="date", lieu_predecesseur="lieu",
        predecesseur_dedans="dedans",
    )  # fmt: skip
    paires = arrivees.join(departs, ["siren", "ape"])
    ecart = ecart_jours(paires.date_ouverture, paires.date_fermeture)
    possibles = paires.mutate(ecart=ecart).filter(
        ibis.literal(contexte.adresses_connues),
        paires.siret_predecesseur != paires.siret_successeur,
        ecart <= contexte.tolerance_transfert_jours,
        paires.lieu_predecesseur != paires.lieu_successeur,
        paires.predecesseur_dedans | paires.successeur_dedans,
    )
    retenus = _mutuels(possibles)
    return retenus.mutate(
        nature=ibis.literal(TRANSFERT),
        origine=ibis.literal(DEDUIT),
        date_lien=ibis.null("date"),
        continuite_economique=ibis.null("boolean"),
        transfert_siege=ibis.null("boolean"),
    )


def _lieux(tables: Tables) -> ir.Table:
    """Grain : SIRET d'adresse connue. `lieu` ne sert qu'à comparer deux adresses.

    Le stock est complet pour le territoire : un établissement que seul l'historique connaît est ailleurs, donc à
    une autre adresse que ceux d'ici.
    """
    stock = entrees.etablissements(tables)
    connus = stock.filter(stock.libelle_voie.notnull() & stock.code_commune.notnull())
    voie = assembler([connus.numero, connus.indice, connus.type_voie, connus.libelle_voie, connus.code_commune])
    situes = connus.select("siret", lieu=voie.upper(), dedans=connus.siret.isin(tables["etablissements"].siret))
    ailleurs = tables["vies"].anti_join(stock, "siret")
    return situes.union(ailleurs.select("siret", lieu=ibis.literal("HORS DU TERRITOIRE"), dedans=ibis.literal(False)))


def _libres(mouvements: ir.Table, lies: ir.Table, bout: str, date: str) -> ir.Table:
    """Les mouvements qu'aucun lien n'explique déjà."""
    pris = lies.filter(lies[date].notnull()).select(siret_pris=bout, date_prise=date)
    return mouvements.anti_join(pris, [mouvements.siret == pris.siret_pris, mouvements.date == pris.date_prise])


def _mutuels(paires: ir.Table) -> ir.Table:
    """Les paires dont chacun est, pour l'autre, le mouvement le plus proche."""
    tri = [paires.ecart, paires.siret_predecesseur, paires.siret_successeur]
    depart = ibis.window(group_by=["siret_predecesseur", "date_fermeture"], order_by=tri)
    arrivee = ibis.window(group_by=["siret_successeur", "date_ouverture"], order_by=tri)
    classees = paires.mutate(rang_depart=ibis.row_number().over(depart), rang_arrivee=ibis.row_number().over(arrivee))
    return classees.filter((classees.rang_depart == 0) & (classees.rang_arrivee == 0))
