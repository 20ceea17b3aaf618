// La porte HTTP : régler le serveur, lire son journal, faire répondre un téléphone, et la page des téléphones.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import smpp from "smpp";
import { maintenant, sansPlus } from "./client.mjs";
import { verifierReglages } from "./reglages.mjs";
import { telephones } from "./telephones.mjs";
import { coder } from "./textes.mjs";

const POLICE = "../../node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2";
const FICHIERS = {
  "/": ["page/index.html", "text/html; charset=utf-8"],
  "/page.css": ["page/page.css", "text/css; charset=utf-8"],
  "/page.js": ["page/page.js", "text/javascript; charset=utf-8"],
  "/police.woff2": [POLICE, "font/woff2"],
};
const POLITIQUE = "default-src 'none'; img-src data:; connect-src 'self'; font-src 'self'; script-src 'self'; style-src 'self'";
const CORPS_MAX = 1_000_000;
const PAGE_MAX = 10_000;

export function serveurHttp({ clients, journal, nom }) {
  const routes = { GET: lectures({ clients, journal, nom }), POST: ecritures({ clients, journal }) };
  return createServer(async (requete, reponse) => {
    try {
      verifierOrigine(requete);
      const { pathname: chemin, searchParams } = new URL(requete.url, "http://ici");
      if (requete.method === "GET" && chemin in FICHIERS) return await servir(reponse, ...FICHIERS[chemin]);
      const route = routes[requete.method]?.[chemin];
      if (!route) return rendre(reponse, 404, { erreur: `Rien à ${requete.method} ${chemin}.` });
      return rendre(reponse, 200, route(requete.method === "POST" ? await lireCorps(requete) : searchParams));
    } catch (erreur) {
      const attendue = erreur instanceof RangeError || erreur instanceof SyntaxError;
      return rendre(reponse, attendue ? 400 : 500, { erreur: erreur.message });
    }
  });
}

function lectures({ clients, journal, nom }) {
  return {
    "/etat": () => ({
      nom,
      messages: journal.messages.length,
      clients: Object.fromEntries(clients.choisis().map((client) => [client.nom, client.etat()])),
    }),
    "/journal": (demande) =>
      journal.page({
        depuis: entier(demande, "depuis", 0),
        nombre: Math.min(entier(demande, "nombre", 1000), PAGE_MAX),
        client: demande.get("client"),
        numero: sansPlus(demande.get("numero") ?? ""),
      }),
    "/comptes": (demande) => journal.comptes(demande.get("client")),
    "/reponses": () => journal.reponses,
    "/telephones": (demande) => {
      if (demande.get("version") === String(journal.version)) return { version: journal.version, inchange: true };
      const choix = { cherche: demande.get("numero") ?? "", nombre: Math.min(entier(demande, "nombre", 24), 200) };
      return { version: journal.version, ...telephones(journal, choix) };
    },
  };
}

function ecritures({ clients, journal }) {
  return {
    "/reglages": ({ client: nom, ...valeurs }) => {
      const choisis = clients.choisis(nom);
      verifierReglages(valeurs);
      for (const client of choisis) client.regler(structuredClone(valeurs));
      return Object.fromEntries(choisis.map((client) => [client.nom, client.etat().reglages]));
    },
    "/couper": ({ client: nom }) => ({
      coupees: clients.choisis(nom).reduce((total, client) => total + client.couper(), 0),
    }),
    "/effacer": () => {
      for (const client of clients.values()) client.effacer();
      journal.effacer(maintenant());
      return {};
    },
    "/repondre": (demande) => repondre({ clients, journal }, demande),
  };
}

/** Un téléphone écrit : au dernier qui lui a écrit, sauf si la demande nomme `client` et `vers`. */
function repondre({ clients, journal }, { numero, texte, client, vers }) {
  if (typeof numero !== "string" || !/^\+?\d{3,15}$/.test(numero)) throw new RangeError("« numero » : des chiffres, au plus 15.");
  if (typeof texte !== "string" || texte === "") throw new RangeError("« texte » : un texte, pas vide.");
  const dernier = journal.messages.findLast((message) => message.destination === sansPlus(numero));
  const nom = client ?? dernier?.client ?? (clients.size === 1 ? [...clients.keys()][0] : undefined);
  if (nom === undefined) throw new RangeError("Ce téléphone n'a rien reçu : dites à quel « client » il écrit.");
  const [choisi] = clients.choisis(nom);
  const adresse = vers ?? dernier?.source ?? "";
  const { codage, octets } = coder(texte);
  journal.repondre({ numero: sansPlus(numero), texte, vers: adresse, client: nom, heure: maintenant() });
  choisi.remises.ajouter({
    message: null,
    pdu: {
      source_addr_ton: smpp.consts.TON.INTERNATIONAL,
      source_addr_npi: smpp.consts.NPI.ISDN,
      source_addr: sansPlus(numero),
      destination_addr: adresse,
      data_coding: codage,
      short_message: octets,
    },
  });
  return { client: nom, vers: adresse, data_coding: codage };
}

// Une page d'ailleurs, ouverte dans le même navigateur, ne règle pas ce serveur.
function verifierOrigine(requete) {
  const hote = (requete.headers.host ?? "").replace(/:\d+$/, "");
  if (!["127.0.0.1", "localhost"].includes(hote)) throw new RangeError("Ce serveur ne répond qu'à 127.0.0.1.");
  if (requete.method === "POST" && !requete.headers["content-type"]?.startsWith("application/json")) {
    throw new RangeError("Une écriture s'envoie en application/json.");
  }
}

async function lireCorps(requete) {
  let texte = "";
  for await (const morceau of requete.setEncoding("utf8")) {
    texte += morceau;
    if (texte.length > CORPS_MAX) throw new RangeError("Demande trop longue.");
  }
  return texte === "" ? {} : JSON.parse(texte);
}

function entier(demande, nom, depart) {
  const valeur = demande.get(nom) ?? String(depart);
  if (!/^\d+$/.test(valeur)) throw new RangeError(`« ${nom} » : un nombre entier, pas « ${valeur} ».`);
  return Number(valeur);
}

async function servir(reponse, chemin, genre) {
  const contenu = await readFile(fileURLToPath(new URL(chemin, import.meta.url)));
  reponse.writeHead(200, { "Content-Type": genre, "Content-Security-Policy": POLITIQUE, "Cache-Control": "no-store" });
  reponse.end(contenu);
}

function rendre(reponse, code, objet) {
  reponse.writeHead(code, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
  reponse.end(JSON.stringify(objet));
}
