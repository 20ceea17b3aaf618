"""Les valeurs d'une fiche, chacune avec sa source et sa date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tissu.registre.choices import OriginePosition
from tissu.registre.nomenclatures import NAF_2025, libelle_categorie_juridique, libelle_naf, libelle_tranche
from tissu.registre.nomenclatures.libelles import NOMS_DES_VERSIONS
from tissu.registre.queries.fiches import Dossier, DossierUnite
from tissu.registre.rules import champs_masques, est_diffusible
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
            nom, texte, secret=secret, source="Correction locale", au=timezone.localdate(correction.le),
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
                source=f"{CCI}, {connu.source}" if ouvert else CCI, au=timezone.localdate(connu.saisi_le),
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
