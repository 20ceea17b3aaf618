"""Les composants d'interface, un par gabarit de `templates/composants/` : `{% load composants %}`.

Chacun est une balise aux paramètres explicites : une faute de frappe arrête le rendu au lieu de disparaître.
La page `/composants/` les montre tous, dans tous leurs états, avec l'appel à recopier.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.defaultfilters import stringfilter
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tissu.socle import formats

register = template.Library()

ICONES_D_ETAT = {
    "neutre": "neutre",
    "accent": "piste",
    "info": "info",
    "succes": "succes",
    "attention": "alerte",
    "danger": "danger",
}
# Les niveaux de django.contrib.messages, dans les mots de nos états.
ETATS_DE_MESSAGE = {"debug": "info", "info": "info", "success": "succes", "warning": "attention", "error": "danger"}
SENS = {"hausse": "en hausse", "baisse": "en baisse", "stable": "stable"}


class EtatInconnu(template.TemplateSyntaxError):
    """Un gabarit demande une sorte d'état qui n'existe pas."""


def _sorte(nom: str) -> str:
    sorte = ETATS_DE_MESSAGE.get(nom, nom)
    if sorte not in ICONES_D_ETAT:
        raise EtatInconnu(f"État « {nom} » inconnu. Possibles : {', '.join(ICONES_D_ETAT)}.")
    return sorte


def _lisible(valeur: Any) -> Any:
    """Un nombre ou une date à la française ; tout autre objet tel quel."""
    if isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool):
        return formats.nombre(valeur, 0 if valeur == int(valeur) else 1)
    if isinstance(valeur, date):
        return formats.date_courte(valeur)
    return valeur


@register.filter(is_safe=True)
@stringfilter
def typographie(texte: str) -> str:
    """Pose les espaces insécables du français dans un texte venu du code ou d'une personne."""
    return re.sub(" (?=[:;?!](?:\\s|$))", formats.FINE, texte).replace("« ", "«\u00a0").replace(" »", "\u00a0»")


@register.simple_tag
def icone(nom: str) -> SafeString:
    """Une icône de la planche (`front/icones.json`), muette : un mot l'accompagne toujours."""
    planche = static("dist/icones.svg")
    return format_html(
        '<svg class="icone icone--{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        nom, planche, nom,
    )  # fmt: skip


@register.inclusion_tag("composants/fil_ariane.html")
def fil_ariane(*etapes: str, libelle: str = "Fil d’Ariane") -> dict[str, Any]:
    """Le chemin depuis l'accueil : titre, adresse, titre, adresse…, titre de la page."""
    *ancetres, courant = etapes
    return {"ancetres": list(zip(ancetres[::2], ancetres[1::2], strict=True)), "courant": courant, "libelle": libelle}


@register.inclusion_tag("composants/chiffre_cle.html")
def chiffre_cle(
    libelle: str, valeur: Any, *, unite: str = "", au: Any = "", tendance: str = "", sens: str = "", cible: str = "",
    definition: str = "", lignes: str = "", source: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Un chiffre qui compte. `lignes` : adresse des lignes derrière lui ; `sens` : hausse, baisse ou stable."""
    return {
        "libelle": libelle,
        "valeur": _lisible(valeur),
        "unite": unite,
        "au": _lisible(au),
        "tendance": tendance,
        "sens": sens,
        "sens_dit": SENS.get(sens, ""),
        "cible": _lisible(cible),
        "definition": definition,
        "lignes": lignes,
        "source": source,
    }


@register.inclusion_tag("composants/etat.html")
def etat(mot: str, sorte: str = "neutre", *, icone: str = "") -> dict[str, Any]:
    """Un état en un mot. `sorte` : neutre, accent, info, succes, attention, danger."""
    sorte = _sorte(sorte)
    return {"mot": mot, "sorte": sorte, "icone": icone or ICONES_D_ETAT[sorte]}


@register.simple_block_tag
def alerte(content: str, sorte: str = "info", *, titre: str = "", urgent: bool = False) -> str:
    """Un bandeau : info, succes, attention ou danger. `urgent` : lu aussitôt par les lecteurs d'écran."""
    sorte = _sorte(sorte)
    contexte = {"sorte": sorte, "icone": ICONES_D_ETAT[sorte], "titre": titre, "urgent": urgent, "contenu": content}
    return render_to_string("composants/alerte.html", contexte)


@register.inclusion_tag("composants/conflit.html")
def conflit(
    champs: list[dict[str, Any]] | None, *, titre: str = "Quelqu’un a écrit pendant votre saisie"
) -> dict[str, Any]:
    """Deux personnes ont modifié la même chose : les deux versions, {nom, ancien, nouveau}. `champs` None : rien."""
    return {"champs": champs, "titre": titre}


@register.inclusion_tag("composants/resume_erreurs.html")
def resume_erreurs(formulaire: BaseForm, *, focus: bool = True) -> dict[str, Any]:
    """Les erreurs d'un formulaire, chacune liée à son champ. N'affiche rien sans erreur ; prend le focus sinon."""
    champs = [champ for champ in formulaire if champ.errors] if formulaire.is_bound else []
    return {"generales": formulaire.non_field_errors(), "champs": champs, "focus": focus}


@register.inclusion_tag("composants/champ.html")
def champ(champ: BoundField, *, classe: str = "") -> dict[str, Any]:
    """Un champ de formulaire : étiquette, indication, erreur, saisie. `classe` : champ--court, champ--annee…"""
    case = getattr(champ.field.widget, "input_type", "") == "checkbox" and not champ.use_fieldset
    return {"champ": champ, "classe": classe, "case": case}


@register.inclusion_tag("composants/pagination.html", takes_context=True)
def pagination(
    context: template.Context, page: Any, *, nom: str = "page", unite: str = "lignes", libelle: str = "Pages"
) -> dict[str, Any]:  # fmt: skip
    """Précédent, suivant et numéros, filtres et tri gardés. `page` : une page de Paginator de Django."""
    requete = context["request"].GET.copy()

    def adresse(numero: int) -> str:
        requete[nom] = str(numero)
        return f"?{requete.urlencode()}"

    numeros = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "unite": unite,
        "libelle": libelle,
        "liens": [(numero, adresse(numero) if isinstance(numero, int) else "") for numero in numeros],
        "precedent": adresse(page.previous_page_number()) if page.has_previous() else "",
        "suivant": adresse(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("composants/etat_vide.html")
def etat_vide(titre: str, texte: str, *, lien: str = "", bouton: str = "") -> dict[str, Any]:
    """Une page sans contenu encore : ce qu'elle montrera, et comment y arriver."""
    return {"titre": titre, "texte": texte, "lien": lien, "bouton": bouton}


@register.inclusion_tag("composants/progression.html")
def progression(travail: Any, *, adresse: str = "") -> dict[str, Any]:
    """L'avancement d'un travail de fond (`tissu.socle.models.Travail`), redemandé à `adresse` tant qu'il dure."""
    fini = travail.etat in {"reussi", "echoue"}
    return {"travail": travail, "fini": fini, "adresse": adresse, "pourcent": round((travail.part or 0) * 100)}


@register.inclusion_tag("composants/chronologie.html")
def chronologie(evenements: list[dict[str, Any]], *, libelle: str = "Chronologie") -> dict[str, Any]:
    """Des événements, du plus récent au plus ancien : {date, titre, texte, url, source, fort, futur}."""
    return {"evenements": evenements, "libelle": libelle}


@register.inclusion_tag("composants/liste_definitions.html")
def liste_definitions(lignes: list[dict[str, Any]]) -> dict[str, Any]:
    """Des paires nom et valeur : {nom, valeur, url, source, au, secret, corrige}. Sans valeur, « Non renseigné »."""
    return {"lignes": [ligne | {"valeur": _lisible(ligne.get("valeur"))} for ligne in lignes]}


@register.inclusion_tag("composants/onglets.html")
def onglets(liens: list[dict[str, Any]], *, libelle: str = "Vues") -> dict[str, Any]:
    """Des vues sœurs, chacune à son adresse : {titre, url, actif, compte}."""
    return {"liens": liens, "libelle": libelle}


@register.inclusion_tag("composants/sommaire.html")
def sommaire(sections: list[dict[str, str]], *, libelle: str = "Sur cette page") -> dict[str, Any]:
    """Le plan d'une page longue : {titre, identifiant}. La section lue est marquée."""
    return {"sections": sections, "libelle": libelle}


@register.inclusion_tag("composants/filtres_actifs.html")
def filtres_actifs(filtres: list[dict[str, str]], *, tout_effacer: str = "") -> dict[str, Any]:
    """Les filtres posés, chacun retirable : {titre, valeur, retirer} où `retirer` est l'adresse sans lui."""
    return {"filtres": filtres, "tout_effacer": tout_effacer}


@register.inclusion_tag("composants/menu_export.html")
def menu_export(formats: list[dict[str, str]], *, titre: str = "Exporter") -> dict[str, Any]:
    """Les téléchargements d'une page : {titre, url, detail}."""
    return {"formats": formats, "titre": titre}


@register.inclusion_tag("composants/carte_piste.html")
def carte_piste(piste: dict[str, Any]) -> dict[str, Any]:
    """Une piste à suivre : {titre, url, resume, motif, etat, sorte, assigne, echeance}."""
    return {"piste": piste}


@register.inclusion_tag("composants/provenance.html")
def provenance(source: str, *, au: Any = "", auteur: str = "", note: str = "") -> dict[str, Any]:
    """D'où vient la valeur qui précède : source, date, auteur et valeur d'origine derrière un clic."""
    return {"source": source, "au": _lisible(au), "auteur": auteur, "note": note}


@register.inclusion_tag("composants/secret.html")
def secret(motif: str = "Personne ou entreprise en diffusion partielle : l'Insee ne publie pas cette valeur.") -> dict:
    """« Non diffusible », avec son motif au survol et au focus."""
    return {"motif": motif}


@register.simple_block_tag
def figure(
    content: str,
    titre: str,
    *,
    mesure: str = "",
    source: str = "",
    description: str = "",
    image: str = "",
    svg: str = "",
) -> str:
    """Un graphique et son tableau (le corps de la balise). `svg` : dessin en ligne ; `image` : son adresse.

    `titre` dit le constat, `mesure` ce qui est mesuré, `description` ce que voit celui qui ne voit pas.
    """
    contexte = {
        "titre": titre, "mesure": mesure, "source": source, "description": description,
        "image": image, "svg": svg, "tableau": content,
    }  # fmt: skip
    return render_to_string("composants/figure.html", contexte)


@register.simple_block_tag
def boite_methode(content: str, titre: str = "Méthode") -> str:
    """Comment le chiffre est fait : définition, champ, source, limites."""
    return render_to_string("composants/boite_methode.html", {"titre": titre, "contenu": content})


@register.inclusion_tag("composants/confirmation.html", takes_context=True)
def confirmation(
    context: template.Context, bouton: str, question: str, *, adresse: str, oui: str = "", danger: bool = True,
    nom: str = "", valeur: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Un bouton qui écrit (POST vers `adresse`) après une question. `nom` et `valeur` : une donnée envoyée avec."""
    return {
        "bouton": bouton, "question": question, "adresse": adresse, "oui": oui or bouton, "danger": danger,
        "nom": nom, "valeur": valeur, "csrf_token": context.get("csrf_token", ""),
    }  # fmt: skip
