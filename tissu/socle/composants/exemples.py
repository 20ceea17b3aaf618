"""Les exemples de la page `/composants/` : pour chaque composant, quand l'employer et un appel par état.

Les établissements, personnes et chiffres montrés sont inventés.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines

ARCHETYPES = {
    "liste": "Liste",
    "fiche": "Fiche",
    "tableau_de_bord": "Tableau de bord",
    "parcours": "Parcours",
    "document": "Document",
    "carte": "Carte",
    "public": "Public",
}

CHARGEMENT = "{% load composants django_tables2 %}"


@dataclass(frozen=True)
class Appel:
    """Un état d'un composant : ce qu'on voit, et l'appel qui le produit."""

    etat: str
    gabarit: str


@dataclass(frozen=True)
class Composant:
    """Un composant : `nom` est celui de son gabarit dans `templates/composants/`."""

    nom: str
    titre: str
    quand: str
    appels: tuple[Appel, ...]


def rendre(gabarit: str, contexte: dict[str, Any], request: HttpRequest) -> str:
    """Rend un appel de la liste ; le gabarit vient de ce fichier, jamais d'une personne."""
    return engines["django"].from_string(CHARGEMENT + gabarit).render(contexte, request)


class CorrectionForm(forms.Form):
    """Le formulaire d'exemple : un champ de chaque sorte."""

    enseigne = forms.CharField(label="Enseigne", max_length=100, help_text="Telle qu'elle se lit sur la façade.")
    effectif = forms.IntegerField(label="Effectif constaté", required=False, min_value=0)
    etat = forms.ChoiceField(label="État", choices=[("A", "En activité"), ("F", "Fermé")])
    motif = forms.CharField(label="Motif de la correction", widget=forms.Textarea(attrs={"rows": 3}))
    origine = forms.ChoiceField(
        label="Comment le savez-vous ?",
        widget=forms.RadioSelect,
        choices=[("visite", "Visite sur place"), ("appel", "Appel à l'entreprise")],
    )
    suivre = forms.BooleanField(label="Suivre cet établissement dans ma veille", required=False)


class ExempleTable(tables.Table):
    nom = tables.Column("Établissement", attrs={"td": {"class": "tableau__tete"}})
    commune = tables.Column("Commune")
    creation = tables.Column("Création", orderable=False)
    effectif = tables.Column("Effectif", attrs={"td": {"class": "nombre"}, "th": {"class": "nombre"}})

    class Meta:
        attrs = {"legende": "Trois établissements d'exemple"}  # noqa: RUF012


LIGNES = (
    {"nom": "Fonderie des Cèdres", "commune": "Longvic", "creation": "12 mars 2009", "effectif": 64},
    {"nom": "Atelier Ronceraie", "commune": "Dijon", "creation": "1er oct. 2026", "effectif": 3},
    {"nom": "Transports Malvaux", "commune": "Chenôve", "creation": "5 janv. 2018", "effectif": 118},
)

# Un dessin minimal pour l'exemple de figure : un vrai graphique vient du service des publications.
DESSIN = (
    '<svg viewBox="0 0 480 120" width="480" height="120" aria-hidden="true" fill="currentColor">'
    + "".join(
        f'<rect x="{20 + rang * 38}" y="{110 - hauteur}" width="24" height="{hauteur}"></rect>'
        for rang, hauteur in enumerate((52, 61, 48, 70, 66, 58, 74, 41, 80, 92, 77, 88))
    )
    + "</svg>"
)


def contexte_d_exemple() -> dict[str, Any]:
    """Les valeurs dont les appels ont besoin. Les dates sont fixes : la page est la même chaque jour."""
    jour = date(2026, 10, 31)
    table = ExempleTable(LIGNES, order_by="-effectif")
    return {
        "jour": jour,
        "page": Paginator(range(12480), 50).page(6),
        "page_unique": Paginator(range(3), 50).page(1),
        "table": table,
        "form_vierge": CorrectionForm(prefix="vierge"),
        "form_faux": CorrectionForm(
            {"faux-enseigne": "", "faux-effectif": "-2", "faux-etat": "A", "faux-motif": "Vu fermé."}, prefix="faux"
        ),
        "attente": _travail("attente", "en_attente", 0, ""),
        "en_cours": _travail("en-cours", "en_cours", 0.42, "Lecture du stock des établissements : 17,8 millions de lignes."),
        "reussi": _travail("reussi", "reussi", 1, "190 214 établissements gardés."),
        "echoue": _travail("echoue", "echoue", 0.42, "Le fichier est tronqué. L'ancien registre reste en service."),
        "evenements": [
            {"date": jour + timedelta(days=61), "titre": "Fermeture prévue", "futur": True, "source": "Sirene"},
            {"date": jour, "titre": "Transfert depuis Quetigny", "texte": "Même SIREN, même activité.", "fort": True},
            {"date": date(2019, 4, 2), "titre": "Activité corrigée par l'Insee", "texte": "10.71C au lieu de 47.24Z."},
            {"date": None, "titre": "Création", "source": "Sirene"},
        ],
        "lignes": [
            {"nom": "Enseigne", "valeur": "Fonderie des Cèdres", "source": "CCI", "au": jour, "corrige": True},
            {"nom": "Effectif", "valeur": 64, "source": "Insee, Sirene", "au": "fin 2024"},
            {"nom": "Unité légale", "valeur": "Groupe Cèdres SAS", "url": "#liste_definitions"},
            {"nom": "Sigle", "valeur": "", "secret": True},
            {"nom": "Site internet", "valeur": None},
        ],
        "vues": [
            {"titre": "Établissements", "url": "#onglets", "actif": True, "compte": 12480},
            {"titre": "Unités légales", "url": "#onglets", "actif": False, "compte": 9310},
            {"titre": "Carte", "url": "#onglets", "actif": False, "compte": None},
        ],
        "plan": [
            {"titre": "Progression", "identifiant": "progression"},
            {"titre": "Chronologie", "identifiant": "chronologie"},
        ],
        "plan_fiche": [
            {"titre": "Identité", "identifiant": "identite"},
            {"titre": "Autres établissements", "identifiant": "freres"},
            {"titre": "Histoire", "identifiant": "histoire"},
        ],
        "plan_document": [
            {"titre": "Vue d’ensemble", "identifiant": "ensemble"},
            {"titre": "Par commune", "identifiant": "communes"},
        ],
        "etapes": [
            {"titre": "Établissement", "url": "#contenu", "faite": True},
            {"titre": "Valeurs", "courante": True},
            {"titre": "Vérification"},
        ],
        "filtres": [
            {"titre": "Commune", "valeur": "Dijon", "retirer": "#filtres_actifs"},
            {"titre": "Activité", "valeur": "62, programmation informatique", "retirer": "#filtres_actifs"},
        ],
        "formats": [
            {"titre": "Tableur (XLSX)", "url": "#menu_export", "detail": "codes et libellés"},
            {"titre": "CSV", "url": "#menu_export", "detail": "s'ouvre dans Excel"},
            {"titre": "Rapport (PDF)", "url": "#menu_export", "detail": ""},
        ],
        "piste": {
            "titre": "Atelier Ronceraie", "url": "#carte_piste", "etat": "À contacter", "sorte": "attention",
            "resume": "Programmation informatique, 15 salariés, dans des bureaux à Valmy.",
            "motif": "jeune entreprise du numérique de plus de 10 salariés",
            "assigne": "Camille Ferrand", "echeance": jour,
        },
        "piste_libre": {
            "titre": "Transports Malvaux", "url": "#carte_piste", "etat": "Nouvelle", "sorte": "accent",
            "resume": "", "motif": "", "assigne": "", "echeance": None,
        },
        "dessin": engines["django"].from_string("{{ d|safe }}").render({"d": DESSIN}),
    }  # fmt: skip


def _travail(cle: str, etat: str, part: float, message: str) -> SimpleNamespace:
    return SimpleNamespace(pk=f"exemple-{cle}", libelle="Import Sirene de novembre", etat=etat, part=part, message=message)


COMPOSANTS = (
    Composant("fil_ariane", "Fil d'Ariane", "En haut de toute page qui a un parent. La page courante n'est pas un lien.", (
        Appel("deux niveaux", '{% fil_ariane "Registre" "#fil_ariane" "Imports" "#fil_ariane" "Novembre 2026" libelle="Fil d’exemple" %}'),
        Appel("page de premier niveau", '{% fil_ariane "Composants" libelle="Fil court d’exemple" %}'),
    )),
    Composant("chiffre_cle", "Chiffre clé", "Trois à six par tableau de bord. Un chiffre sans date ni définition n'en est pas un.", (
        Appel("complet, en rangée", (
            '<div class="chiffres">'
            '{% chiffre_cle "Créations pures" 412 unite="établissements" au=jour tendance="12 de plus qu\'en octobre 2025" '
            'sens="hausse" definition="Premier établissement d\'une unité légale nouvelle." lignes="#chiffre_cle" source="Sirene" %}'
            '{% chiffre_cle "Fermetures" 287 au=jour tendance="31 de moins" sens="baisse" source="Sirene" %}'
            '{% chiffre_cle "Part de l\'industrie" "7,4 %" tendance="inchangée" sens="stable" cible="8 %" %}'
            "</div>"
        )),
        Appel("seul, sans comparaison possible", '{% chiffre_cle "Établissements actifs" 69842 au=jour %}'),
    )),
    Composant("etat", "État", "Le mot dit l'état, l'icône le redouble, la couleur ne fait que confirmer.", (
        Appel("les six sortes", (
            '{% etat "Fermé" %} {% etat "Nouvelle" "accent" %} {% etat "Corrigé" "info" %} {% etat "Actif" "succes" %} '
            '{% etat "À revoir" "attention" %} {% etat "Radié" "danger" %}'
        )),
        Appel("avec une autre icône", '{% etat "En attente" "neutre" icone="historique" %}'),
    )),
    Composant("alerte", "Alerte", "Une phrase qui compte pour la page. Une erreur dit ce qui s'est passé, que rien n'est perdu, quoi faire.", (
        Appel("information", '{% alerte "info" %}<p>Les données vont jusqu\'au 31 octobre 2026.</p>{% endalerte %}'),
        Appel("succès", '{% alerte "succes" %}<p>La correction est enregistrée.</p>{% endalerte %}'),
        Appel("attention, avec un titre", (
            '{% alerte "attention" titre="Sirene a changé depuis votre correction" %}'
            "<p>La source donne maintenant 58 salariés. Gardez votre valeur ou reprenez la sienne.</p>{% endalerte %}"
        )),
        Appel("danger", (
            '{% alerte "danger" titre="L\'import s\'est arrêté" %}'
            "<p>Le fichier est tronqué. L'ancien registre reste en service, rien n'est perdu. Redéposez le fichier.</p>{% endalerte %}"
        )),
    )),
    Composant("champ", "Champ de formulaire", "Étiquette, indication, erreur, saisie. On marque ce qui est facultatif, pas ce qui est obligatoire.", (
        Appel("vierge", "{% champ form_vierge.enseigne %}{% champ form_vierge.effectif classe=\"champ--annee\" %}{% champ form_vierge.etat %}"),
        Appel("texte long, choix, case", "{% champ form_vierge.motif %}{% champ form_vierge.origine %}{% champ form_vierge.suivre %}"),
        Appel("en erreur", "{% champ form_faux.enseigne %}{% champ form_faux.effectif classe=\"champ--annee\" %}"),
    )),
    Composant("resume_erreurs", "Résumé d'erreurs", "En haut du formulaire renvoyé. Chaque erreur mène à son champ. {{ form }} le pose tout seul.", (
        Appel("deux champs faux", "{% resume_erreurs form_faux focus=False %}"),
        Appel("sans erreur : rien", "{% resume_erreurs form_vierge %}"),
    )),
    Composant("tableau", "Tableau", "Gabarit de django-tables2. Sur un téléphone, chaque ligne devient une carte.", (
        Appel("trié, avec légende", "{% render_table table %}"),
    )),
    Composant("pagination", "Pagination", "Sous une liste. Les filtres et le tri restent dans l'adresse.", (
        Appel("au milieu", '{% pagination page unite="établissements" libelle="Pages d’exemple" %}'),
        Appel("une seule page", '{% pagination page_unique unite="établissements" libelle="Page unique d’exemple" %}'),
    )),
    Composant("filtres_actifs", "Filtres posés", "Entre les filtres et la liste : ce qui réduit la liste, et comment l'enlever.", (
        Appel("deux filtres", '{% filtres_actifs filtres tout_effacer="#filtres_actifs" %}'),
    )),
    Composant("menu_export", "Menu d'export", "Dans les actions de la page. L'export suit les filtres posés.", (
        Appel("trois formats", "{% menu_export formats %}"),
    )),
    Composant("etat_vide", "État vide", "Dit ce que la page montrera et comment y arriver.", (
        Appel("avec une action", (
            '{% etat_vide "Aucun import pour le moment" "Chaque import de Sirene laissera ici son journal : fichiers, '
            'lignes lues, gardées et refusées." lien="#etat_vide" bouton="Importer un fichier" %}'
        )),
        Appel("sans action possible", '{% etat_vide "Aucun résultat" "Essayez un autre nom, ou retirez un filtre." %}'),
    )),
    Composant("progression", "Progression d'un travail", "Tant que le travail dure, le fragment se redemande toutes les deux secondes.", (
        Appel("en attente", "{% progression attente %}"),
        Appel("en cours", "{% progression en_cours %}"),
        Appel("réussi", "{% progression reussi %}"),
        Appel("échoué", "{% progression echoue %}"),
    )),
    Composant("liste_definitions", "Liste de définitions", "L'identité d'une fiche : une valeur par ligne, sa source à côté.", (
        Appel("corrigée, liée, secrète, absente", "{% liste_definitions lignes %}"),
    )),
    Composant("provenance", "Provenance", "Après une valeur : d'où elle vient, de quand, et la suite derrière un clic.", (
        Appel("complète", '64 salariés {% provenance "Insee, Sirene" au=jour auteur="" note="Tranche 50 à 99, année de référence 2024." %}'),
    )),
    Composant("secret", "Non diffusible", "À la place d'une valeur que l'Insee ne diffuse pas. Jamais un champ vide.", (
        Appel("motif habituel", "{% secret %}"),
        Appel("autre motif", '{% secret "Moins de trois établissements : secret statistique." %}'),
    )),
    Composant("chronologie", "Chronologie", "L'histoire d'un objet, en bas de sa fiche, du plus récent au plus ancien.", (
        Appel("prévu, marquant, ordinaire, sans date", "{% chronologie evenements %}"),
    )),
    Composant("onglets", "Onglets", "Des vues sœurs, chacune à sa propre adresse.", (
        Appel("avec comptes", '{% onglets vues libelle="Vues du registre" %}'),
    )),
    Composant("sommaire", "Sommaire", "À droite d'une page longue. La section lue est marquée.", (
        Appel("deux sections", '{% sommaire plan libelle="Plan d\'exemple" %}'),
    )),
    Composant("carte_piste", "Carte de piste", "Une entreprise à contacter : pourquoi elle, qui la suit, pour quand.", (
        Appel("suivie et libre", (
            '<ul class="pistes"><li>{% carte_piste piste %}</li><li>{% carte_piste piste_libre %}</li></ul>'
        )),
    )),
    Composant("figure", "Figure", "Le titre dit le constat, le sous-titre la mesure ; les données sont derrière un clic.", (
        Appel("dessin, source et données", (
            '{% figure "Les créations remontent depuis l\'été" mesure="Créations pures par mois, 12 derniers mois" '
            'source="Insee, Sirene, au 31 octobre 2026" description="Histogramme : de 52 à 88 créations par mois." svg=dessin %}'
            '<table class="tableau"><thead><tr><th scope="col">Mois</th><th scope="col" class="nombre">Créations</th></tr></thead>'
            '<tbody><tr><td>octobre 2026</td><td class="nombre">88</td></tr></tbody></table>{% endfigure %}'
        )),
    )),
    Composant("boite_methode", "Boîte de méthode", "En fin de document ou sous une figure : champ, définition, source, limites.", (
        Appel("ordinaire", (
            '{% boite_methode "Comment ce chiffre est fait" %}<p>Champ : industrie et services, établissements ayant '
            "leur adresse dans la métropole. Les personnes en diffusion partielle sont comptées.</p>{% endboite_methode %}"
        )),
    )),
    Composant("confirmation", "Confirmation", "Un bouton qui écrit quelque chose d'irréversible pose d'abord la question.", (
        Appel("danger", (
            '{% confirmation "Retirer la correction" "Retirer cette correction ? La valeur de Sirene reviendra." '
            'adresse="#confirmation" oui="Oui, la retirer" %}'
        )),
        Appel("sans danger", (
            '{% confirmation "Relancer l\'import" "Relancer l\'import depuis l\'étape interrompue ?" '
            'adresse="#confirmation" danger=False %}'
        )),
    )),
)  # fmt: skip
