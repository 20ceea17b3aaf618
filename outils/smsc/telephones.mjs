// Les téléphones de la démonstration : le journal, rangé par numéro, les messages en plusieurs parties recollés.
import { ETATS } from "./journal.mjs";
import { decoder, lireSegment } from "./textes.mjs";

const NOM_DES_ETATS = { [ETATS.ENROUTE]: "en route", [ETATS.DELIVERED]: "reçu", [ETATS.UNDELIVERABLE]: "non remis" };
const PAR_TELEPHONE = 20;

/** Les `nombre` téléphones qui ont bougé en dernier, parmi ceux que `cherche` désigne : un début en 0, ou des chiffres. */
export function telephones(journal, { cherche, nombre }) {
  const chiffres = cherche.replaceAll(/\D/g, "");
  const repond = chiffres.startsWith("0")
    ? (cle) => cle.startsWith(`33${chiffres.slice(1)}`)
    : (cle) => cle.includes(chiffres);
  const parNumero = new Map();
  const ranger = (cle, fait) => {
    if (!repond(cle)) return;
    if (!parNumero.has(cle)) parNumero.set(cle, { numero: cle, faits: [], heure: "" });
    const telephone = parNumero.get(cle);
    telephone.faits.push(fait);
    if (fait.heure > telephone.heure) telephone.heure = fait.heure;
  };
  for (const message of journal.messages) ranger(message.destination, message);
  for (const reponse of journal.reponses) ranger(reponse.numero, reponse);
  const tous = [...parNumero.values()].sort((un, autre) => (un.heure < autre.heure ? 1 : -1));
  return {
    total: tous.length,
    telephones: tous.slice(0, nombre).map(({ numero: cle, faits }) => ({ numero: cle, messages: fil(faits) })),
  };
}

function fil(faits) {
  const recolles = recoller(faits.filter((fait) => "id" in fait));
  const reponses = faits
    .filter((fait) => !("id" in fait))
    .map(({ heure, texte, vers }) => ({ genre: "reponse", heure, texte, vers }));
  return [...recolles, ...reponses].sort((un, autre) => (un.heure < autre.heure ? -1 : 1)).slice(-PAR_TELEPHONE);
}

function recoller(messages) {
  const ouverts = new Map();
  const finis = [];
  for (const message of messages) {
    const segment = lireSegment(message);
    const cle = `${message.client} ${message.source} ${segment.reference} ${segment.total}`;
    const place = segment.total > 1 ? (ouverts.get(cle) ?? { parties: [] }) : { parties: [] };
    if (place.parties.length === 0) finis.push(place);
    place.parties[segment.rang - 1] = { message, octets: segment.octets };
    place.total = segment.total;
    // Entier : la même référence peut resservir à un autre message.
    if (presentes(place).length === place.total) ouverts.delete(cle);
    else ouverts.set(cle, place);
  }
  return finis.map(presenter);
}

const presentes = ({ parties }) => parties.filter(Boolean);

function presenter(place) {
  const recues = presentes(place);
  const [{ message }] = recues;
  const etats = new Set(recues.map(({ message: partie }) => partie.etat));
  return {
    genre: "message",
    heure: message.heure,
    expediteur: message.source,
    operateur: message.client,
    segments: recues.length,
    attendus: place.total,
    etat: NOM_DES_ETATS[etats.size === 1 ? message.etat : ETATS.ENROUTE],
    texte: recues.length === place.total ? decoder(message.data_coding, Buffer.concat(recues.map(({ octets }) => octets))) : null,
  };
}
