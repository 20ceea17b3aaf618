"""La porte de la fiche 3."""

from tissu.socle.action import Action, Lien

ACTION = Action(
    slug="alerte_commerce",
    titre="Alerte Commerce",
    titre_court="Alerte Commerce",
    resume="Le réseau des commerçants prévenus par SMS : adhésions, conseils, alertes des forces de l'ordre.",
    urls="tissu.actions.alerte_commerce.urls",
    urls_publiques="tissu.actions.alerte_commerce.urls.publiques",
    fiche=3,
    liens=(
        Lien("Alertes", "alerte_commerce:alertes"),
        Lien("Écrire une alerte", "alerte_commerce:alerte_nouvelle"),
        Lien("Chiffres des alertes", "alerte_commerce:alertes_chiffres"),
        Lien("Adhérents", "alerte_commerce:adherents"),
        Lien("Demandes à vérifier", "alerte_commerce:demandes"),
        Lien("Vérifier les numéros", "alerte_commerce:numeros"),
        Lien("Couverture", "alerte_commerce:couverture"),
        Lien("Guide et référents", "alerte_commerce:conseils"),
        Lien("Stock", "alerte_commerce:stock"),
        Lien("Séances du CPSQ", "alerte_commerce:seances"),
        Lien("Communication", "alerte_commerce:communications"),
        Lien("Alerte Commerce, page publique", "adhesion:accueil"),
    ),
    accueil="tissu.actions.alerte_commerce.accueil.accueil",
    fiche_etablissement="tissu.actions.alerte_commerce.accueil.fiche_etablissement",
    indicateurs="tissu.actions.alerte_commerce.indicateurs.INDICATEURS",
    demo="tissu.actions.alerte_commerce.demo.installer",
    sources=("Liste des adhérents de la chambre", "Inscriptions en ligne", "Insee, base Sirene"),
    documents="tissu.actions.alerte_commerce.publications.diffusion.documents",
    messages="tissu.actions.alerte_commerce.messages.MESSAGES",
    couches="tissu.actions.alerte_commerce.couches.COUCHES",
)
