"""Événements : chaque mouvement reçoit son type, sa date, le jour où on l'a su, et la raison de son type.

Le solde du territoire tombe juste : ouvertures (créations, reprises, réactivations, secondaires, transferts
entrants) moins fermetures et transferts sortants ; un transfert interne est un seul événement, neutre.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from tissu.registre.choices import TypeEvenement
from tissu.registre.croisements import entrees
from tissu.registre.croisements.contexte import Contexte
from tissu.registre.croisements.dates import decaler, en_clair
from tissu.registre.croisements.entrees import Tables
from tissu.registre.croisements.schemas import conforme
from tissu.registre.croisements.transferts import LIEN, REGROUPEMENT, REPRISE, TRANSFERT

_VIDE = ibis.null("string")


def evenements(tables: Tables, contexte: Contexte) -> ir.Table:
    """Grain : SIRET, type et date d'effet."""
    sirene = _ouvertures(tables, contexte).union(_fermetures(tables, contexte)).union(_cessations(tables))
    tous = _connus_par_sirene(sirene, tables).union(_annonces(tables))
    profil = tables["etablissements"].select(
        "siret", "siren", "code_commune", "section", "division", "naf", "naf_nomenclature",
        "categorie_juridique", "tranche_effectif", "diffusion", "personne_physique",
    )  # fmt: skip
    complets = tous.join(profil, "siret")
    return conforme(complets, "evenements")


def _evenement(table: ir.Table, **champs: ir.Value) -> ir.Table:
    """Une table d'événements au format commun à toutes les branches."""
    return table.select(
        siret=champs["siret"],
        type=champs["type"],
        date_effet=champs["date"],
        siret_lie=champs.get("siret_lie", _VIDE),
        motif=champs["motif"],
        traite_le=champs.get("traite_le", ibis.null("date")),
    )


# --- Ouvertures ---


def _ouvertures(tables: Tables, contexte: Contexte) -> ir.Table:
    ouvertures = tables["ouvertures"]
    ici = ouvertures.semi_join(tables["etablissements"], "siret")
    liens = tables["transferts"]
    causes = liens.filter(liens.nature.isin([TRANSFERT, REPRISE]) & liens.date_ouverture.notnull()).select(
        siret_cause="siret_successeur", date_cause="date_ouverture", predecesseur="siret_predecesseur",
        nature="nature", origine="origine", predecesseur_dedans="predecesseur_dedans", date_lien="date_lien",
        continuite="continuite_economique",
    )  # fmt: skip
    unites = entrees.unites_legales(tables).select("siren", date_unite="date_creation")
    jointes = (
        ici.left_join(causes, [ici.siret == causes.siret_cause, ici.date == causes.date_cause])
        .left_join(unites, "siren")
        .drop("siren_right", "siret_cause", "date_cause")
    )
    cas = _cas_d_ouverture(jointes, contexte)
    typees = jointes.mutate(
        type=ibis.cases(*[(condition, type_.value) for condition, type_, _ in cas]),
        motif=ibis.cases(*[(condition, motif) for condition, _, motif in cas]),
    )
    return _evenement(
        typees,
        siret=typees.siret,
        type=typees.type,
        date=typees.date,
        siret_lie=typees.predecesseur,
        motif=typees.motif,
    )


def _cas_d_ouverture(
    ouverture: ir.Table, contexte: Contexte
) -> list[tuple[ir.BooleanValue, TypeEvenement, ir.StringValue]]:
    """La table de décision : la première condition vraie donne le type et son motif."""
    transfert = (ouverture.nature == TRANSFERT).fill_null(False)
    motif_transfert = (ouverture.origine == LIEN).ifelse(
        "Lien de succession" + en_clair(ouverture.date_lien) + " avec un établissement de la même unité légale.",
        _motif_deduit(contexte),
    )
    reprise = (
        "Lien de succession"
        + en_clair(ouverture.date_lien)
        + " avec une autre unité légale"
        + ibis.cases((ouverture.continuite, ", avec continuité économique."), else_=".")
    )
    seuil = decaler(ouverture.depuis, months=contexte.seuil_reactivation_mois)
    rouverte = "Fermé" + en_clair(ouverture.depuis) + ", rouvert" + en_clair(ouverture.date)
    longue = (ouverture.depuis.isnull() | (ouverture.date > seuil)).fill_null(True)
    limite = decaler(ouverture.date_unite, days=contexte.tolerance_creation_jours)
    unite_neuve = ouverture.date_unite.isnull() | (ouverture.date <= limite)
    mois = contexte.seuil_reactivation_mois
    return [
        (transfert & ouverture.predecesseur_dedans, TypeEvenement.TRANSFERT_INTERNE, motif_transfert),
        (transfert, TypeEvenement.TRANSFERT_ENTRANT, motif_transfert),
        ((ouverture.nature == REPRISE).fill_null(False), TypeEvenement.REPRISE, reprise),
        (ouverture.reouverture & longue, TypeEvenement.REACTIVATION, rouverte + f" : plus de {mois} mois."),
        (ouverture.reouverture, TypeEvenement.INTERRUPTION_COURTE, rouverte + f" : {mois} mois au plus."),
        (ouverture.premiere_de_l_unite & unite_neuve, TypeEvenement.CREATION_PURE, _motif_creation(ouverture)),
        (ibis.literal(True), TypeEvenement.ETABLISSEMENT_SECONDAIRE, _motif_secondaire(ouverture)),
    ]


def _motif_deduit(contexte: Contexte) -> ir.StringValue:
    return ibis.literal(
        "Transfert déduit : même SIREN, même APE, adresses différentes, ouverture et fermeture à "
        f"{contexte.tolerance_transfert_jours} jours au plus."
    )


def _motif_creation(ouverture: ir.Table) -> ir.StringValue:
    return ouverture.date_unite.isnull().ifelse(
        "Premier établissement connu de l'unité légale, dont la date de création n'est pas dans les fichiers.",
        "Premier établissement d'une unité légale créée" + en_clair(ouverture.date_unite) + ", sans prédécesseur.",
    )


def _motif_secondaire(ouverture: ir.Table) -> ir.StringValue:
    return ouverture.premiere_de_l_unite.ifelse(
        "L'unité légale existe depuis" + en_clair(ouverture.date_unite) + ", avant cet établissement.",
        ibis.literal("L'unité légale avait déjà un autre établissement."),
    )


# --- Fermetures ---


def _fermetures(tables: Tables, contexte: Contexte) -> ir.Table:
    fermetures = tables["fermetures"]
    ici = fermetures.semi_join(tables["etablissements"], "siret")
    liens = tables["transferts"]
    suites = liens.filter(liens.nature.isin([TRANSFERT, REGROUPEMENT]) & liens.date_fermeture.notnull())
    suites = suites.group_by(siret_cause="siret_predecesseur", date_cause="date_fermeture").agg(
        transfert=(suites.nature == TRANSFERT).any(),
        successeur=suites.siret_successeur.min(),
        successeur_dedans=suites.successeur_dedans.max(where=suites.nature == TRANSFERT),
        par_lien=(suites.origine == LIEN).any(),
    )
    jointes = ici.left_join(suites, [ici.siret == suites.siret_cause, ici.date == suites.date_cause])
    transfert = jointes.transfert.fill_null(False)
    interne = transfert & jointes.successeur_dedans.fill_null(False)
    restantes = jointes.filter(~interne)
    transfert = restantes.transfert.fill_null(False)
    return _evenement(
        restantes,
        siret=restantes.siret,
        type=transfert.ifelse(TypeEvenement.TRANSFERT_SORTANT.value, TypeEvenement.FERMETURE_ETABLISSEMENT.value),
        date=restantes.date,
        siret_lie=restantes.successeur,
        motif=transfert.ifelse(
            restantes.par_lien.ifelse(
                "Lien de succession vers un établissement de la même unité légale hors du territoire.",
                _motif_deduit(contexte),
            ),
            _motif_de_fermeture(restantes, contexte),
        ),
    )


def _motif_de_fermeture(fermeture: ir.Table, contexte: Contexte) -> ir.StringValue:
    loin = decaler(ibis.literal(contexte.source_au), months=contexte.alerte_fermeture_prevue_mois)
    avance = contexte.alerte_fermeture_prevue_mois
    return ibis.cases(
        (fermeture.date > loin, f"Fermeture prévue à plus de {avance} mois : à vérifier."),
        (fermeture.date > ibis.literal(contexte.source_au), "Fermeture prévue."),
        (fermeture.successeur.notnull(), "Fermeture après regroupement sur un établissement déjà ouvert."),
        else_="Première période fermée après un changement d'état.",
    )


def _cessations(tables: Tables) -> ir.Table:
    """La cessation d'une unité légale se pose sur son siège, s'il est dans le territoire."""
    unites = tables["unites_legales"]
    cessees = unites.filter(unites.date_cessation.notnull()).select(
        siege_unite=unites.siren + unites.nic_siege, date=unites.date_cessation, traite=unites.date_dernier_traitement
    )
    ici = tables["etablissements"].select("siret")
    sieges = cessees.join(ici, cessees.siege_unite == ici.siret)
    return _evenement(
        sieges,
        siret=sieges.siret,
        type=ibis.literal(TypeEvenement.CESSATION_UNITE.value),
        date=sieges.date,
        motif=ibis.literal("Unité légale cessée dans Sirene ; l'événement est porté par le siège."),
        traite_le=sieges.traite,
    )


# --- Date de connaissance ---


def _connus_par_sirene(sirene: ir.Table, tables: Tables) -> ir.Table:
    """`connu_le` : celle de l'instantané précédent si l'événement y était, sinon le dernier traitement de
    l'établissement quand l'événement est son plus récent et que ce traitement le suit, sinon inconnue."""
    traitements = tables["etablissements"].select("siret", "date_dernier_traitement")
    jointes = sirene.left_join(traitements, "siret").drop("siret_right")
    dernier = jointes.date_effet.max().over(ibis.window(group_by="siret"))
    traite = ibis.coalesce(jointes.traite_le, jointes.date_dernier_traitement)
    plausible = (jointes.date_effet == dernier) & (traite >= jointes.date_effet)
    calcules = jointes.mutate(calcule=plausible.fill_null(False).ifelse(traite, ibis.null("date")))
    precedent = _precedent(tables)
    avec = calcules.left_join(
        precedent,
        [
            calcules.siret == precedent.siret_su,
            calcules.type == precedent.type_su,
            calcules.date_effet == precedent.date_su,
        ],
    )
    return avec.select(
        "siret", "type", "date_effet", "siret_lie", "motif",
        connu_le=avec.type_su.notnull().ifelse(ibis.coalesce(avec.connu_avant, ibis.null("date")), avec.calcule),
    )  # fmt: skip


def _precedent(tables: Tables) -> ir.Table:
    brut = entrees.brute(tables, "connu_le_precedent")
    colonnes: Mapping[str, str] = {"siret": "string", "type": "string", "date_effet": "date", "connu_le": "date"}
    lu = brut.select(
        **{nom: brut[nom].cast(genre) if nom in brut.columns else ibis.null(genre) for nom, genre in colonnes.items()}
    )
    return lu.group_by(siret_su="siret", type_su="type", date_su="date_effet").agg(connu_avant=lu.connu_le.min())


# --- BODACC ---


def _annonces(tables: Tables) -> ir.Table:
    """Radiations et procédures collectives, portées par le siège ou, s'il est ailleurs, par un établissement."""
    annonces = tables["annonces_connues"]
    radiation = annonces.evenement == TypeEvenement.RADIATION_RCS.value
    # Une annonce de radiation donne au mieux la cessation d'activité, jamais le jour de la radiation : sa parution.
    datees = annonces.mutate(
        jour=radiation.ifelse(annonces.date_parution, ibis.coalesce(annonces.date_effet, annonces.date_parution))
    )
    retenues = datees.filter(datees.evenement.notnull() & ~datees.annulee & datees.jour.notnull())
    uniques = retenues.group_by("siren", "evenement", "jour").agg(
        parution=retenues.date_parution.min(), nature=retenues.nature.min()
    )
    portees = uniques.join(_porteurs(tables), "siren")
    lieu = portees.siege.ifelse(
        "", " Le siège est hors du territoire : l'événement est porté par le premier établissement d'ici."
    )
    return portees.select(
        siret=portees.siret,
        type=portees.evenement,
        date_effet=portees.jour,
        siret_lie=_VIDE,
        motif="BODACC" + en_clair(portees.parution) + " : " + portees.nature.fill_null("sans nature") + "." + lieu,
        connu_le=portees.parution,
    ).select("siret", "type", "date_effet", "siret_lie", "motif", "connu_le")


def _porteurs(tables: Tables) -> ir.Table:
    """Grain : SIREN. L'établissement du territoire qui porte les événements de son unité."""
    etablissements = tables["etablissements"]
    siege = etablissements.siege.fill_null(False)
    rang = ibis.window(
        group_by="siren",
        order_by=[
            siege.desc(),
            (etablissements.etat == "A").fill_null(False).desc(),
            etablissements.date_creation.asc(nulls_first=True),
            etablissements.siret,
        ],
    )
    classes = etablissements.select("siren", "siret", siege=siege, rang=ibis.row_number().over(rang))
    return classes.filter(classes.rang == 0).drop("rang")
