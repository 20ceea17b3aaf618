"""Calculs sur les dates des croisements."""

import ibis
import ibis.expr.types as ir


def ecart_jours(gauche: ir.DateValue, droite: ir.DateValue) -> ir.IntegerValue:
    """Le nombre de jours, sans signe, entre deux dates."""
    return gauche.delta(droite, unit="day").abs()


def decaler(jour: ir.DateValue, *, days: int = 0, months: int = 0) -> ir.DateValue:
    """La date décalée ; un mois plus court ramène à son dernier jour."""
    # Le moteur rend un instant, qu'Ibis croit être une date : le double passage rend une vraie date.
    decale = jour + ibis.interval(months=months) if months else jour + ibis.interval(days=days)
    return decale.cast("timestamp").cast("date")


def en_clair(jour: ir.DateValue) -> ir.StringValue:
    """« le 05/02/2024 », précédé d'une espace ; rien si la date est inconnue."""
    return jour.notnull().ifelse(" le " + jour.strftime("%d/%m/%Y"), "").fill_null("")
