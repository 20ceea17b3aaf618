"""Le guide, les référents, le stock et les actions de communication de la démonstration."""

from datetime import datetime, timedelta
from decimal import Decimal

from tissu.actions.alerte_commerce.choices import ArticleDeStock
from tissu.actions.alerte_commerce.models import Communication, PageConseil, Referent
from tissu.actions.alerte_commerce.operations import reseau, stock
from tissu.comptes.models import Personne

PAGES = (
    ("Se préparer", "Ce qui dissuade, avant que rien n'arrive.",
     "Un commerce préparé est moins visé, et réagit mieux.\n\n## La vitrine et l'entrée\n- Dégager la vue de la rue "
     "vers la caisse.\n- Poser la vitrophanie à hauteur des yeux, près de la poignée.\n- Éclairer l'entrée jusqu'à la "
     "fermeture.\n\n## L'équipe\n- Dire à chacun qui appelle le 17, et depuis quel téléphone.\n- Relire cette page "
     "ensemble deux fois par an."),
    ("Tenir sa caisse", "Peu d'argent, souvent relevé, jamais au même moment.",
     "## Chaque jour\n- Vider la caisse plusieurs fois, à des heures différentes.\n- Ne jamais compter devant la "
     "clientèle.\n- Ranger les fonds hors de vue, dans un coffre à ouverture retardée.\n\n## Le soir\n- Ne pas fermer "
     "seul quand c'est possible.\n- Changer de trajet pour porter les fonds à la banque."),
    ("Reconnaître un faux moyen de paiement", "Billets, chèques, cartes : les gestes qui prennent dix secondes.",
     "## Un billet\n- Le toucher : le papier est ferme, certaines lettres sont en relief.\n- Le regarder à la lumière "
     ": le filigrane et le fil apparaissent.\n- L'incliner : le nombre change de couleur.\n\nEn cas de doute, refusez "
     "poliment, gardez votre calme et appelez le 17."),
    ("Pendant un vol", "Votre vie passe avant la marchandise.",
     "- Obéir, parler peu, ne pas faire de geste brusque.\n- Ne pas poursuivre.\n- Observer pour les enquêteurs, sans "
     "rien publier.\n\nDès que vous êtes en sécurité, appelez le 17 et dites que vous êtes du réseau Alerte Commerce."),
    ("Après les faits", "Préserver les traces, porter plainte, se faire aider.",
     "- Fermer le magasin et ne toucher à rien.\n- Noter l'heure et la direction prise.\n- Mettre de côté les images "
     "de la vidéoprotection.\n\nVous pouvez porter plainte en ligne ou sur rendez-vous. L'aide aux victimes est "
     "gratuite : 116 006."),
)  # fmt: skip
REFERENTS = (
    ("Andréa Exemple-Sûreté", "Référente sûreté", "Police nationale de démonstration", "Dijon", "03 99 00 00 17"),
    ("Morgan Exemple-Tranquillité", "Tranquillité publique", "Ville fictive", "Centre-ville", "03 99 00 00 18"),
    ("Charlie Exemple-Union", "Union commerciale", "Union de commerçants fictive", "Toison d'Or", ""),
    ("Camille Exemple-Chambre", "Animation du réseau", "Chambre de démonstration", "Métropole", "03 99 00 00 19"),
)  # fmt: skip
COMMUNICATIONS = (
    (700, "Lettre aux commerces du centre-ville", "lettre", "640", 420, "31 inscriptions dans le mois", ""),
    (520, "Dépliant dans les marchés couverts", "depliant", "380", 260, "12 inscriptions dans le mois", "alimentaire"),
    (330, "Réunion publique avec les référents sûreté", "reunion", "0", 55, "18 inscriptions sur place", ""),
    (150, "Article dans le magazine de la métropole", "presse", "0", None, "", ""),
    (40, "Dépliant aux cafés et restaurants", "depliant", "210", 96, "9 inscriptions dans le mois", "chr"),
)  # fmt: skip


def installer(*, agent: Personne, au: datetime) -> None:
    """Tout ce que la chambre a écrit et commandé."""
    for rang, (titre, resume, corps) in enumerate(PAGES):
        page = PageConseil(titre=titre, resume=resume, corps=corps, ordre=rang, publie=True)
        reseau.enregistrer_conseil(page=page, revision=0, auteur=agent, au=au - timedelta(days=200 - 30 * rang))
    brouillon = PageConseil(titre="Vidéoprotection : vos obligations", corps="À compléter.", ordre=9)
    reseau.enregistrer_conseil(page=brouillon, revision=0, auteur=agent, au=au - timedelta(days=4))
    for rang, (nom, fonction, organisation, secteur, telephone) in enumerate(REFERENTS):
        referent = Referent(nom=nom, fonction=fonction, organisation=organisation, secteur=secteur,
                            telephone=telephone, ordre=rang)  # fmt: skip
        reseau.enregistrer_referent(referent=referent, auteur=agent)
    for jours, titre, nature, cout, touches, effet, activite in COMMUNICATIONS:
        action = Communication(titre=titre, nature=nature, le=(au - timedelta(days=jours)).date(),
                               cout_eur=Decimal(cout), touches=touches, effet=effet, activite=activite)  # fmt: skip
        reseau.noter_communication(communication=action, auteur=agent, au=au - timedelta(days=jours))
    livraisons = {ArticleDeStock.VITROPHANIE: 1_000, ArticleDeStock.GUIDE: 600, ArticleDeStock.KIT: 24}
    for article, combien in livraisons.items():
        stock.mouvoir(article=article, quantite=combien, motif="Livraison de l'imprimeur", auteur=agent,
                      au=au - timedelta(days=780))  # fmt: skip
