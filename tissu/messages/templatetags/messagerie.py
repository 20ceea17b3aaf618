"""Dire un caractère qui ne se voit pas : `{% load messagerie %}`."""

from django import template

from tissu.messages.rules.caracteres import nommer

register = template.Library()
register.filter("nom_de_caractere", nommer)
