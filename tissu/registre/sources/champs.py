"""Lire une colonne officielle : texte nettoyé, date, entier, booléen. Une colonne absente est lue vide."""

import ibis
import ibis.expr.types as ir

from tissu.registre import rules


def texte(table: ir.Table, colonne: str) -> ir.StringValue:
    """Le texte d'une colonne, sans espaces autour ; vide et marqueur « non diffusible » deviennent NULL."""
    if colonne not in table.columns:
        # Une colonne vide, et non le littéral NULL, qu'Ibis ne laisse pas comparer.
        return ibis.literal("").nullif("")
    valeur = table[colonne].cast("string").strip()
    return valeur.isin(["", *rules.MARQUEURS_NON_DIFFUSIBLE]).ifelse(ibis.null("string"), valeur)


def jour(table: ir.Table, colonne: str) -> ir.DateValue:
    """La date d'une colonne (« AAAA-MM-JJ », avec ou sans heure) ; 1900-01-01 et l'illisible deviennent NULL."""
    return texte(table, colonne).left(10).try_cast("date").nullif(ibis.literal(rules.DATE_INCONNUE))


def entier(table: ir.Table, colonne: str) -> ir.IntegerValue:
    """L'entier d'une colonne ; « 2022.0 » est lu 2022."""
    return texte(table, colonne).try_cast("float64").cast("int64")


def reel(table: ir.Table, colonne: str) -> ir.FloatingValue:
    """Le nombre d'une colonne, point décimal."""
    return texte(table, colonne).try_cast("float64")


def montant(table: ir.Table, colonne: str) -> ir.DecimalValue:
    """Le montant d'une colonne, en euros et centimes exacts."""
    return texte(table, colonne).try_cast("decimal(18, 2)")


def booleen(table: ir.Table, colonne: str) -> ir.BooleanValue:
    """Le booléen d'une colonne (« true », « O », « 1 » et leurs contraires), NULL sinon."""
    valeur = texte(table, colonne).lower()
    return ibis.cases(
        (valeur.isin(["true", "t", "1", "o", "oui"]), True),
        (valeur.isin(["false", "f", "0", "n", "non"]), False),
        else_=ibis.null("boolean"),
    )


def assembler(morceaux: list[ir.StringValue]) -> ir.StringValue:
    """Les morceaux présents, séparés d'une espace ; NULL si aucun."""
    total: ir.StringValue = ibis.literal("")
    for morceau in morceaux:
        total = total + (" " + morceau).fill_null("")
    return total.strip().nullif("")
