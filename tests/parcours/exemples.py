"""De quoi remplir les adresses du partenariat et des publications : un exemple vivant par sorte d'objet."""

from django.urls import reverse
from django.utils import timezone

from tissu.actions.alerte_commerce.models import (
    Adherent,
    Alerte,
    Confirmation,
    ImportAdherents,
    LigneImport,
    PageConseil,
    Publipostage,
    Referent,
    SeanceCPSQ,
)
from tissu.actions.alerte_commerce.operations.liens import creer_lien
from tissu.actions.alerte_commerce.queries.confirmations import lien_de_confirmation
from tissu.actions.alerte_commerce.queries.liens import lien_d_avis, lien_de_depart
from tissu.actions.observatoire_commerce.models import LigneEnQuarantaine, ProjetCdac, ValeurComparee
from tissu.comptes.queries import tableau_des_droits
from tissu.locaux.choices import EtatReleve
from tissu.locaux.models import Campagne, ImportFiscal, ImportLocaux, Local, Photo, Releve, Tournee
from tissu.messages.models import Coordonnee
from tissu.messages.queries.liens import jeton_d_arret
from tissu.programme.choices import EtatRevue
from tissu.programme.models import (
    Contribution,
    CoutDirect,
    Echeance,
    Fiche,
    Livrable,
    Piece,
    Reunion,
    Revue,
    SerieDeReunions,
)
from tissu.publications.choices import EtatDiffusion
from tissu.publications.models import Edition
from tissu.publications.sources import lien_de_diffusion


def exemples_du_partenariat() -> dict[str, str]:
    """Par nom d'écran et d'argument : la fiche 7 de l'année, ses critères, et la dernière revue ouverte."""
    fiche = Fiche.objects.get(numero=7, annee=timezone.localdate().year, convention__titre__startswith="Partenariat")
    critere = fiche.criteres.filter(mesures__valeur__isnull=False).order_by("-mesures__valeur", "pk")[0]
    edition = Edition.objects.filter(etat=EtatDiffusion.DIFFUSEE, embargo_jusqu_au=None).order_by("-pk")[0]
    revue = Revue.objects.filter(figures__isnull=False).order_by("-annee", "-pk")[0]
    reunion = Reunion.objects.filter(decisions__isnull=False).order_by("-debut", "pk")[0]
    apport = Contribution.objects.filter(fiche__annee=fiche.annee).order_by("pk")[0]
    ouvert = edition.fichiers.exclude(jeu="").order_by("pk")[0]
    classeurs = ("tableau_fichier", "fiche_fichier", "consommation_fichier")
    exemples = {f"programme:{ecran} format": "xlsx" for ecran in classeurs} | {
        "fiche": str(revue.figures.exclude(fiche=None).order_by("fiche__numero", "pk")[0].fiche_id),
        "format_": "pdf",
        "code": "2026-S47",
        "slug": edition.publication.slug,
        "numero": str(edition.numero),
        "jeu": ouvert.jeu,
        "publications:donnees format": ouvert.format,
        "publications:fichier format": "pdf",
        "donnees:catalogue format": "jsonld",
        "publications:diffuser": lien_de_diffusion("fichier_entreprises.flux", "2026-10").rstrip("/").split("/")[-1],
    }
    dossiers = {
        "/partenariat/conventions/": fiche.convention_id,
        "/partenariat/fiches/": fiche.pk,
        "/partenariat/criteres/": critere.pk,
        "/partenariat/mesures/": critere.mesures.exclude(valeur=None).order_by("-valeur", "-pk")[0].pk,
        "/partenariat/revues/": revue.pk,
        "/partenariat/revues/figures/": revue.figures.order_by("pk")[0].pk,
        "/partenariat/couts/": CoutDirect.objects.order_by("-pk")[0].pk,
        "/partenariat/pieces/": Piece.objects.order_by("pk")[0].pk,
        "/partenariat/echeances/": Echeance.objects.order_by("-pk")[0].pk,
        "/partenariat/reunions/": reunion.pk,
        "/partenariat/series/": SerieDeReunions.objects.order_by("-pk")[0].pk,
        "/partenariat/livrables/": Livrable.objects.order_by("-pk")[0].pk,
        "/publications/gestion/": edition.pk,
    }
    for adresse in tableau_des_droits():
        for dossier, pk in dossiers.items():
            if adresse.chemin.startswith(f"{dossier}<"):
                exemples[adresse.nom] = str(pk)
    exemples |= {"apport": str(apport.pk), "programme:contribution": str(apport.fiche_id)}
    return exemples | exemples_de_l_observatoire() | exemples_des_locaux() | exemples_d_alerte_commerce()


def exemples_d_alerte_commerce() -> dict[str, str]:
    """Un adhérent actif et son espace, l'import de la liste et une ligne refusée, une page du guide, une alerte."""
    adherent = Adherent.objects.filter(etat="actif", contacts__isnull=False).order_by("pk")[0]
    depart = lien_de_depart(adherent.contacts.order_by("pk")[0].pk)
    alerte = Alerte.objects.filter(etat="levee").order_by("-pk")[0]
    demande = Confirmation.objects.filter(motif="importe", reponse="").select_related("contact").order_by("pk")[0]
    lettres = Publipostage.objects.exclude(fichier="").order_by("pk")[0]
    seance = SeanceCPSQ.objects.filter(etat="tenue").order_by("-le")[0]
    par_ecran = {
        "alerte_commerce:seance": seance.pk, "alerte_commerce:seance_corriger": seance.pk,
        "alerte_commerce:seance_fiche": seance.pk,
        "alerte_commerce:adherent": adherent.pk, "alerte_commerce:modifier": adherent.pk,
        "alerte_commerce:import": ImportAdherents.objects.order_by("-pk")[0].pk,
        "alerte_commerce:import_corriger": LigneImport.objects.filter(sort="refusee").order_by("pk")[0].pk,
        "alerte_commerce:conseil": PageConseil.objects.order_by("pk")[0].pk,
        "alerte_commerce:referent": Referent.objects.order_by("pk")[0].pk,
        "alerte_commerce:alerte": alerte.pk, "alerte_commerce:alerte_suivi": alerte.pk,
        "alerte_commerce:alerte_cap": alerte.pk,
        "alerte_commerce:depliant papier": "a5",
        "alerte_commerce:communication": lettres.communication_id,
        "alerte_commerce:communication_modifier": lettres.communication_id,
        "alerte_commerce:lettres_fichier": lettres.communication_id, "alerte_commerce:texte usage": "lettre",
        "alerte_commerce:alerte_modifier": Alerte.objects.filter(etat="renvoyee").order_by("-pk")[0].pk,
        "adhesion:confirmer signe": lien_de_confirmation(demande).rstrip("/").split("/")[-1],
        "adhesion:avis signe": lien_d_avis(alerte.pk, adherent.pk).rstrip("/").split("/")[-1],
        "adhesion:espace jeton": creer_lien(adherent=adherent, au=timezone.now()),
        "adhesion:quitter signe": depart.rstrip("/").split("/")[-1],
        "messages:arreter jeton": jeton_d_arret(Coordonnee.objects.order_by("pk")[0].pk, "alertes"),
    }  # fmt: skip
    return {ecran: str(valeur) for ecran, valeur in par_ecran.items()}


def exemples_de_l_observatoire() -> dict[str, str]:
    """Un projet de CDAC, une ville comparée et sa valeur, un import et sa ligne en quarantaine."""
    ligne = LigneEnQuarantaine.objects.order_by("pk")[0]
    valeur = ValeurComparee.objects.order_by("pk")[0]
    par_ecran = {
        **dict.fromkeys(
            ("cdac", "cdac_lignes", "cdac_verifier", "cdac_etape", "cdac_note"), ProjetCdac.objects.order_by("pk")[0].pk
        ),
        "ville": valeur.ville_id, "valeur_juger": valeur.pk, "villes_import": ligne.importation_id,
        "villes_corriger": ligne.pk, "cdac_etape etape": "lieu", "cdac_note format": "pdf",
        "vacance_fichier format": "xlsx", "vacance_quartier": "Centre-Ville", "vacance_commune code": "21231",
        "criteres perimetre": "epci",
    }  # fmt: skip
    return {f"observatoire_commerce:{ecran}": str(valeur) for ecran, valeur in par_ecran.items()}


def exemples_des_locaux() -> dict[str, str]:
    """Un local occupé et photographié, un disparu, un import appliqué et ses anomalies, une campagne."""
    photo = Photo.objects.filter(local__occupations__fin=None, local__disparu_le=None).order_by("pk")[0]
    local, disparu = photo.local, Local.objects.exclude(disparu_le=None).order_by("pk")[0]
    importation = ImportLocaux.objects.exclude(applique_le=None).order_by("-pk")[0].pk
    campagne = Campagne.objects.order_by("-debut")[0].pk
    rue = Tournee.objects.filter(releveur__courriel="mission.cci@demo.example").order_by("pk")[0]
    pages = ("local", "modifier", "etat", "occupant", "scinder", "fusionner", "fermer", "contact_noter", "photo",
             "occupation", "corriger_date", "retirer")  # fmt: skip
    par_ecran = {f"{page} reference": local.reference for page in pages} | {
        "rouvrir": disparu.reference, "photo pk": photo.pk, "import": importation, "anomalies": importation,
        **dict.fromkeys(("campagne", "campagne_modifier", "tournees", "avancement"), campagne),
        "fiscal": ImportFiscal.objects.order_by("pk")[0].pk,
        "conflit": Releve.objects.filter(etat=EtatReleve.CONFLIT).order_by("pk")[0].pk,
        "terrain_icone": 192,
        **dict.fromkeys(("terrain_tournee", "terrain_finie"), rue.pk),
        **dict.fromkeys(("terrain_photo", "terrain_trancher"), Releve.objects.order_by("pk")[0].cle),
        "occupation pk": local.occupations.filter(fin=None)[0].pk,
        **{f"{page} pk": local.etats.filter(fin=None)[0].pk for page in ("corriger_date", "retirer")},
        **dict.fromkeys(("corriger_date sorte", "retirer sorte"), "etats"),
    }  # fmt: skip
    return {f"locaux:{ecran}": str(valeur) for ecran, valeur in par_ecran.items()}


def variantes_des_revues() -> list[tuple[str, str]]:
    """(nom d'écran, adresse) : une revue verrouillée et rectifiée, une autre arrêtée ; l'exemple courant est ouvert."""
    verrouillee = Revue.objects.filter(etat=EtatRevue.VERROUILLEE).order_by("pk")[0]
    arretee = Revue.objects.filter(etat=EtatRevue.ARRETEE).order_by("pk")[0]
    rectifiee = verrouillee.figures.filter(rectifications__isnull=False).order_by("pk")[0]
    pages = (
        ("revue", [verrouillee.pk]), ("revue_fiche", [verrouillee.pk, rectifiee.fiche_id]),
        ("revue_figure", [rectifiee.pk]), ("revue_ecarts", [verrouillee.pk]), ("revue_suite", [verrouillee.pk]),
        ("revue", [arretee.pk]), ("revue_accord", [arretee.pk]),
    )  # fmt: skip
    return [(f"programme:{nom}", reverse(f"programme:{nom}", args=cles)) for nom, cles in pages]
