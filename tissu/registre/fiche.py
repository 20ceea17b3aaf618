"""Ce qu'une fiche dit d'un établissement : chaque valeur avec sa provenance, l'état expliqué, l'histoire.

Rien ici ne lit ni n'écrit : un dossier entre, des lignes et des phrases en sortent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from tissu.registre.choices import LIBELLES_EVENEMENTS, OriginePosition, TypeEvenement
from tissu.registre.filtres import etat_au
from tissu.registre.nomenclatures import NAF_2025, libelle_categorie_juridique, libelle_naf, libelle_tranche
from tissu.registre.nomenclatures.libelles import NOMS_DES_VERSIONS
from tissu.registre.queries.fiches import Dossier, DossierUnite
from tissu.registre.rules import FERME, OUVERT, champs_masques, est_diffusible
from tissu.registre.tables import nom_affiche
from tissu.socle.formats import date_courte, date_longue, euros, nombre, siren_lisible, siret_lisible

SIRENE = "Insee, Sirene"
CCI = "Fichier consulaire"
QUALITES = {
    "11": "à l'adresse",
    "12": "à l'adresse",
    "21": "à l'adresse, voie rapprochée",
    "22": "à la voie",
    "33": "au hasard dans la commune",
}
ORIGINES = {
    OriginePosition.CORRECTION: "placée par un agent",
    OriginePosition.GEOLOCALISATION_INSEE: "géolocalisation de l'Insee",
    OriginePosition.LAMBERT_SIRENE: "coordonnées de Sirene",
}
CHAMPS_DE_L_ADRESSE = frozenset({"complement", "numero", "indice", "type_voie", "libelle_voie", "code_postal"})


@dataclass(frozen=True)
class Valeur:
    """Une valeur de la fiche et d'où elle vient. `secret` : la diffusion partielle la cache."""

    nom: str
    texte: str = ""
    complement: str = ""
    url: str = ""
    secret: bool = False
    source: str = SIRENE
    au: date | None = None
    auteur: str = ""
    note: str = ""
    corrige: bool = False


class _Lecteur:
    """Lit les champs d'une ligne en leur donnant leur provenance : correction locale, sinon fichier officiel."""

    def __init__(self, dossier: Dossier) -> None:
        self.ligne = dossier.ligne
        self.masques = champs_masques(dossier.ligne)
        self.corrections = {correction.champ: correction for correction in dossier.corrections}
        self.source_au = dossier.source_au

    def valeur(self, nom: str, champs: Iterable[str], texte: str, **reste: Any) -> Valeur:
        """La ligne de ces champs ; la première correction de l'un d'eux en donne la provenance."""
        correction = next((self.corrections[champ] for champ in champs if champ in self.corrections), None)
        secret = not texte and not self.masques.isdisjoint(champs)
        if correction is None:
            return Valeur(nom, texte, secret=secret, au=reste.pop("au", self.source_au), **reste)
        return Valeur(
            nom, texte, secret=secret, source="Correction locale", au=correction.le.date(),
            auteur=str(correction.auteur or "ligne de commande"), corrige=True,
            note=f"Sirene portait « {correction.valeur_source or 'rien'} ». {correction.motif}", **reste,
        )  # fmt: skip


def activite_dite(code: str | None, nomenclature: str | None) -> tuple[str, str]:
    """Le libellé du code dans sa propre version, et le code avec le nom de cette version.

    Quand la version n'est pas importée, le code seul : jamais les mots d'une autre.
    """
    if not code:
        return "", ""
    libelle, version = libelle_naf(code, nomenclature), NOMS_DES_VERSIONS.get(nomenclature or "", nomenclature or "")
    if libelle.startswith(f"code {code} "):
        return code, f"{version}, libellé non importé"
    return libelle, f"{code}, {version}"


def identite(dossier: Dossier) -> list[Valeur]:
    """Qui est l'établissement : nom, enseigne, forme, place dans son unité légale."""
    e, lecteur = dossier.ligne, _Lecteur(dossier)
    autres = {"Enseigne": "enseigne", "Dénomination usuelle": "denomination_usuelle", "Sigle": "sigle"}
    autres_noms = (lecteur.valeur(nom, [champ], e[champ] or "") for nom, champ in autres.items())
    return [
        lecteur.valeur("Nom", ["nom"], e["nom"] or ""),
        # La plupart des établissements n'ont que leur nom : trois « non renseigné » n'apprendraient rien.
        *(v for v in autres_noms if v.texte or v.corrige or (v.secret and e["nom"])),
        Valeur("SIRET", siret_lisible(e["siret"]), au=dossier.source_au),
        Valeur(
            "Unité légale", siren_lisible(e["siren"]), url=reverse("registre:unite", args=[e["siren"]]),
            complement="siège" if e["siege"] else "établissement secondaire", au=dossier.source_au,
        ),
        Valeur(
            "Forme juridique", libelle_categorie_juridique(e["categorie_juridique"]),
            complement=e["categorie_juridique"] or "", au=dossier.source_au,
        ),
        Valeur("Créé le", date_longue(e["date_creation"]) if e["date_creation"] else "", au=dossier.source_au),
    ]  # fmt: skip


def activite(dossier: Dossier) -> list[Valeur]:
    """L'activité dans la version de son code, et celle de la NAF 2025 à côté."""
    e, lecteur = dossier.ligne, _Lecteur(dossier)
    principale, version = activite_dite(e["naf"], e["naf_nomenclature"])
    nouvelle, version_2025 = activite_dite(e["naf25"], NAF_2025)
    valeurs = [
        lecteur.valeur("Activité principale", ["naf"], principale, complement=version),
        lecteur.valeur("Activité en NAF 2025", ["naf25"], nouvelle, complement=version_2025),
    ]
    if e["section"]:
        valeurs.append(Valeur("Section", libelle_naf(e["section"]), complement=e["section"], au=dossier.source_au))
    return valeurs


def effectifs(dossier: Dossier) -> list[Valeur]:
    """La tranche de Sirene et son année, l'effectif de la chambre avec qui, quand, quelle source."""
    e, lecteur = dossier.ligne, _Lecteur(dossier)
    annee, ouvert = e["annee_effectif"], est_diffusible(e)
    valeurs = [
        lecteur.valeur(
            "Tranche d'effectif", ["tranche_effectif", "annee_effectif"],
            libelle_tranche(e["tranche_effectif"]) if e["tranche_effectif"] else "",
            complement=f"au 31 décembre {annee}" if annee else "année non dite par la source",
        )
    ]  # fmt: skip
    for connu in dossier.effectifs:
        valeurs.append(
            Valeur(
                "Effectif connu de la chambre", f"{nombre(connu.valeur)} salariés",
                complement=f"au {date_courte(connu.date)}" if connu.date else "date non dite",
                # La source est un texte libre (« appel à M. Untel ») : elle se tait d'un établissement protégé.
                source=f"{CCI}, {connu.source}" if ouvert else CCI, au=connu.saisi_le.date(),
                auteur=str(connu.auteur or (connu.edition.nom if connu.edition else "")),
            )
        )  # fmt: skip
    for nom, cle in (("Chiffre d'affaires", "chiffre_affaires_eur"), ("Capital", "capital_eur")):
        if e[cle] is not None:
            valeurs.append(Valeur(nom, euros(e[cle]), source=CCI, au=e["effectif_cci_date"]))
    if e["categorie_entreprise"]:
        valeurs.append(Valeur("Catégorie d'entreprise", e["categorie_entreprise"], au=dossier.source_au))
    return valeurs


def lieu(dossier: Dossier) -> list[Valeur]:
    """L'adresse, la commune, la position et les zones ; rien de plus fin que la commune si c'est masqué."""
    e, lecteur = dossier.ligne, _Lecteur(dossier)
    origine = ORIGINES.get(e["origine_position"], "")
    position = f"{e['lat']:.5f}, {e['lon']:.5f}".replace(".", ",") if e["lon"] is not None else ""
    qualite = QUALITES.get(e["qualite_xy"] or "", "")
    valeurs = [
        lecteur.valeur("Adresse", sorted(CHAMPS_DE_L_ADRESSE | {"adresse"}), e["adresse"] or ""),
        Valeur("Commune", e["commune"] or "", complement=e["code_commune"] or "", au=dossier.source_au),
        lecteur.valeur(
            "Position (latitude, longitude)", ["lon", "lat"], position,
            complement=", ".join(filter(None, (origine, qualite))),
        ),
    ]  # fmt: skip
    for zone in dossier.zones:
        approche = ", contour approché" if zone.approximatif else ""
        valeurs.append(
            Valeur(
                zone.get_type_display(), zone.nom, url=reverse("registre:zone", args=[zone.pk]),
                complement=f"d'après la position{approche}" if zone.type != "commune" else "",
                source="Zones du territoire",
            )
        )  # fmt: skip
    return valeurs


@dataclass(frozen=True)
class Etat:
    """L'état en un mot, sa sorte d'affichage, et la phrase qui l'explique."""

    mot: str
    sorte: str
    explication: str


def etat(dossier: Dossier, au: date) -> Etat:
    """L'état d'un jour, et pourquoi la date est celle-là."""
    e = dossier.ligne
    code, fermeture = etat_au(e, au), e["date_fermeture"]
    if code == "fermeture_prevue":
        phrase = f"Sirene annonce une période fermée à partir du {date_longue(fermeture)} : d'ici là, il est ouvert."
        return Etat(f"Fermeture prévue le {date_courte(fermeture)}", "attention", phrase)
    if code == "ferme":
        mot = f"Fermé le {date_courte(fermeture)}" if fermeture else "Fermé"
        return Etat(mot, "neutre", _pourquoi_ferme(dossier))
    if code == "reactive":
        jour = e["date_reactivation"]
        avant = [p["date_debut"] for p in dossier.periodes if p["etat"] == FERME and p["date_debut"] < jour]
        ferme_le = f" Il avait fermé le {date_longue(_debut_de_suite(dossier.periodes, jour))}." if avant else ""
        return Etat(f"Rouvert le {date_courte(jour)}", "succes", f"Rouvert le {date_longue(jour)}.{ferme_le}")
    if code == "ouvert":
        depuis = f" depuis le {date_longue(e['date_creation'])}" if e["date_creation"] else ", depuis une date inconnue"
        return Etat("Ouvert", "succes", f"Ouvert{depuis}, sans période fermée.")
    return Etat("État inconnu", "neutre", "Sirene ne dit pas si cet établissement est ouvert.")


def _debut_de_suite(periodes: Sequence[Mapping[str, Any]], avant: date) -> date | None:
    """Le début de la dernière suite de périodes fermées commencée avant ce jour."""
    debut, precedent = None, None
    for periode in periodes:
        if periode["date_debut"] is not None and periode["date_debut"] >= avant:
            break
        if periode["etat"] == FERME and precedent != FERME:
            debut = periode["date_debut"]
        precedent = periode["etat"]
    return debut


def _pourquoi_ferme(dossier: Dossier) -> str:
    fermeture = dossier.ligne["date_fermeture"]
    if fermeture is None:
        return "Fermé, à une date que les fichiers ne disent pas : aucune période ne montre le passage à l'état fermé."
    phrase = f"Fermé le {date_longue(fermeture)} : première période fermée après un changement d'état"
    suivantes = [
        p["date_debut"]
        for p in dossier.periodes
        if p["etat"] == FERME and p["date_debut"] is not None and p["date_debut"] > fermeture
    ]
    if not suivantes:
        return f"{phrase}."
    jours = " et ".join(date_longue(jour) for jour in suivantes)
    if len(suivantes) == 1:
        return f"{phrase} ; une correction du {jours} n'a pas changé la date."
    return f"{phrase} ; des corrections des {jours} n'ont pas changé la date."


# --- Histoire ---


def chronologie(dossier: Dossier, au: date) -> list[dict[str, Any]]:
    """Événements, périodes et annonces, du plus récent au plus ancien."""
    lignes = [_evenement(e, dossier) for e in dossier.evenements]
    marques = {ligne["date"] for ligne in lignes}
    for avant, periode in zip([None, *dossier.periodes], dossier.periodes, strict=False):
        changements = _changements(avant, periode)
        # Un événement du même jour dit déjà l'ouverture ou la fermeture, et pourquoi.
        if changements and not (periode["date_debut"] in marques and _change_l_etat(avant, periode)):
            titre, *suite = changements
            lignes.append({"date": periode["date_debut"], "titre": titre, "texte": " ".join(suite)})
    lignes += [_annonce(a) for a in dossier.annonces]
    for ligne in lignes:
        ligne["futur"] = ligne["date"] is not None and ligne["date"] > au
    return sorted(lignes, key=lambda ligne: (ligne["date"] or date.min, bool(ligne.get("fort"))), reverse=True)


def _evenement(evenement: Mapping[str, Any], dossier: Dossier) -> dict[str, Any]:
    lie, texte = evenement["siret_lie"], evenement["motif"] or ""
    if evenement["connu_le"]:
        texte += f" Connu le {date_courte(evenement['connu_le'])}."
    return {
        "date": evenement["date_effet"],
        "titre": LIBELLES_EVENEMENTS[TypeEvenement(evenement["type"])],
        "texte": f"{texte} Lié à {siret_lisible(lie)}." if lie else texte,
        "url": reverse("registre:etablissement", args=[lie]) if lie in dossier.noms else "",
        "fort": True,
    }


def _change_l_etat(avant: Mapping[str, Any] | None, periode: Mapping[str, Any]) -> bool:
    return avant is None or periode["etat"] != avant["etat"]


def _changements(avant: Mapping[str, Any] | None, periode: Mapping[str, Any]) -> list[str]:
    """Ce qu'une période change à la précédente, une phrase par changement."""
    if avant is None:
        return ["Première période connue"]
    phrases = []
    if _change_l_etat(avant, periode):
        return ["Réouverture" if periode["etat"] == OUVERT else "Passage à l'état fermé"]
    if periode["naf"] != avant["naf"]:
        nouvelle, version = activite_dite(periode["naf"], periode["naf_nomenclature"])
        meme = periode["naf_nomenclature"] == avant["naf_nomenclature"]
        phrases.append(f"{'Nouvelle activité' if meme else 'Nouvelle nomenclature'} : {nouvelle} ({version}).")
    for cle, nom in (("enseigne", "enseigne"), ("denomination_usuelle", "dénomination usuelle")):
        if periode[cle] != avant[cle]:
            phrases.append(f"Nouvelle {nom} : {periode[cle]}." if periode[cle] else f"Plus de {nom}.")
    if periode["employeur"] != avant["employeur"] and periode["employeur"]:
        phrases.append("Devient employeur." if periode["employeur"] == "O" else "N'est plus employeur.")
    return phrases or ["Correction de Sirene, sans changement d'état"]


def _annonce(annonce: Mapping[str, Any]) -> dict[str, Any]:
    annulee = " Annulée par une annonce suivante." if annonce["annulee"] else ""
    return {
        "date": annonce["date_effet"] or annonce["date_parution"],
        "titre": annonce["nature"] or annonce["famille"] or "Annonce",
        "texte": f"Parue le {date_courte(annonce['date_parution'])}.{annulee}",
        "source": f"BODACC, {annonce['tribunal']}" if annonce["tribunal"] else "BODACC",
    }


def chronologie_unite(dossier: DossierUnite, au: date) -> list[dict[str, Any]]:
    """Événements de tous les établissements de l'unité, et annonces, du plus récent au plus ancien."""
    ici = {e["siret"] for e in dossier.etablissements}
    lignes = []
    for evenement in dossier.evenements:
        siret = evenement["siret"]
        lignes.append(
            {
                "date": evenement["date_effet"],
                "titre": LIBELLES_EVENEMENTS[TypeEvenement(evenement["type"])],
                "texte": f"{siret_lisible(siret)}. {evenement['motif'] or ''}",
                "url": reverse("registre:etablissement", args=[siret]) if siret in ici else "",
                "fort": True,
            }
        )
    lignes += [_annonce(a) for a in dossier.annonces]
    for ligne in lignes:
        ligne["futur"] = ligne["date"] is not None and ligne["date"] > au
    return sorted(lignes, key=lambda ligne: ligne["date"] or date.min, reverse=True)


# --- Liens ---


def liens(dossier: Dossier) -> list[dict[str, Any]]:
    """Prédécesseurs et successeurs, avec leur page quand ils sont du territoire."""
    lignes = []
    for sens, cle, successions in (
        ("Prédécesseur", "siret_predecesseur", dossier.predecesseurs),
        ("Successeur", "siret_successeur", dossier.successeurs),
    ):
        for succession in successions:
            siret = succession[cle]
            connu = dossier.noms.get(siret)
            lignes.append(
                {
                    "sens": sens,
                    "siret": siret,
                    "nom": nom_affiche(connu) if connu else "Hors du territoire",
                    "url": reverse("registre:etablissement", args=[siret]) if connu else "",
                    "date": succession["date_lien"],
                    "nature": _nature(succession, dossier.ligne["siren"], siret),
                }
            )
    return lignes


def _nature(succession: Mapping[str, Any], siren: str, siret: str) -> str:
    morceaux = ["transfert de siège" if succession["transfert_siege"] else ""]
    morceaux.append("continuité économique" if succession["continuite_economique"] else "sans continuité économique")
    morceaux.append("même unité légale" if siret.startswith(siren) else "autre unité légale")
    return ", ".join(filter(None, morceaux)).capitalize()


def identite_unite(dossier: DossierUnite) -> list[Valeur]:
    """L'unité légale en lignes, chacune avec sa provenance."""
    u, au = dossier.ligne, dossier.source_au
    masques = champs_masques({**u, "diffusion_unite": u["diffusion"]})
    libelle, version = activite_dite(u["naf"], u["naf_nomenclature"])
    nouvelle, version_2025 = activite_dite(u["naf25"], NAF_2025)
    siege = f"{u['siren']}{u['nic_siege']}" if u["nic_siege"] else ""
    ici = siege in {e["siret"] for e in dossier.etablissements}
    annee = f"au 31 décembre {u['annee_effectif']}" if u["annee_effectif"] else "année non dite par la source"
    return [
        Valeur("Nom", u["nom"] or "", secret=not u["nom"] and "nom" in masques, au=au),
        Valeur("Sigle", u["sigle"] or "", secret=not u["sigle"] and "sigle" in masques, au=au),
        Valeur("SIREN", siren_lisible(u["siren"]), au=au),
        Valeur("Forme juridique", libelle_categorie_juridique(u["categorie_juridique"]),
               complement=u["categorie_juridique"] or "", au=au),
        Valeur("Créée le", date_longue(u["date_creation"]) if u["date_creation"] else "", au=au),
        Valeur("Activité principale", libelle, complement=version, au=au),
        Valeur("Activité en NAF 2025", nouvelle, complement=version_2025, au=au),
        Valeur("Tranche d'effectif", libelle_tranche(u["tranche_effectif"]) if u["tranche_effectif"] else "",
               complement=annee, au=au),
        Valeur("Catégorie d'entreprise", u["categorie_entreprise"] or "",
               complement=f"en {u['annee_categorie']}" if u["annee_categorie"] else "", au=au),
        Valeur("Siège", siret_lisible(siege) if siege else "",
               url=reverse("registre:etablissement", args=[siege]) if ici else "",
               complement="" if ici else "hors du territoire", au=au),
        Valeur("Économie sociale et solidaire", {"O": "Oui", "N": "Non"}.get(u["ess"] or "", ""), au=au),
    ]  # fmt: skip


def etat_unite(dossier: DossierUnite, au: date) -> Etat:
    """L'état de l'unité légale."""
    u = dossier.ligne
    if u["etat"] == OUVERT:
        return Etat("Active", "succes", "L'unité légale est active dans Sirene.")
    if u["etat"] == "C":
        jour = u["date_cessation"]
        if jour and jour > au:
            mot = f"Cessation prévue le {date_courte(jour)}"
            return Etat(mot, "attention", "Sirene annonce une cessation à venir.")
        mot = f"Cessée le {date_courte(jour)}" if jour else "Cessée"
        return Etat(mot, "neutre", "L'unité légale est cessée dans Sirene.")
    return Etat("État inconnu", "neutre", "Le fichier des unités légales ne dit rien de celle-ci.")
