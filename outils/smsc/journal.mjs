// Le journal du serveur : tout ce qu'il a accepté, en mémoire et, si on le demande, dans un fichier d'une ligne par fait.
// Une ligne est écrite avant la réponse : un client tué peut toujours compter ce qui est parti.
import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";

export const ETATS = { ENROUTE: 1, DELIVERED: 2, UNDELIVERABLE: 5 };

export class Journal {
  messages = [];
  parIdentifiant = new Map();
  reponses = [];
  version = 0;
  #fichier = null;

  constructor(chemin = null) {
    if (chemin === null) return;
    if (existsSync(chemin)) this.#relire(readFileSync(chemin, "utf8"));
    this.#fichier = openSync(chemin, "a");
  }

  #relire(texte) {
    // Une dernière ligne coupée par un arrêt brutal n'a été suivie d'aucune réponse : elle ne compte pas.
    const lignes = texte.split("\n").slice(0, -1);
    for (const ligne of lignes) this.#retenir(JSON.parse(ligne));
  }

  #retenir({ genre, ...fait }) {
    this.version += 1;
    if (genre === "message") {
      const message = { ...fait, etat: ETATS.ENROUTE, recu: null };
      this.messages.push(message);
      this.parIdentifiant.set(message.id, message);
      return message;
    }
    if (genre === "etat") Object.assign(this.parIdentifiant.get(fait.id), { etat: fait.etat, fini: fait.heure });
    if (genre === "recu") this.parIdentifiant.get(fait.id).recu = fait.heure;
    if (genre === "reponse") this.reponses.push(fait);
    if (genre === "effacement") {
      this.messages = [];
      this.reponses = [];
      this.parIdentifiant.clear();
    }
    return fait;
  }

  #noter(fait) {
    if (this.#fichier !== null) writeSync(this.#fichier, `${JSON.stringify(fait)}\n`);
    return this.#retenir(fait);
  }

  /** Un submit_sm accepté. */
  accepter(message) {
    return this.#noter({ genre: "message", ...message });
  }

  /** L'état final d'un message. */
  finir(message, etat, heure) {
    this.#noter({ genre: "etat", id: message.id, etat, heure });
  }

  /** Le client a accusé réception du reçu. */
  accuser(message, heure) {
    this.#noter({ genre: "recu", id: message.id, heure });
  }

  /** Un téléphone a répondu. */
  repondre(reponse) {
    return this.#noter({ genre: "reponse", ...reponse });
  }

  effacer(heure) {
    this.#noter({ genre: "effacement", heure });
  }

  fermer() {
    if (this.#fichier !== null) closeSync(this.#fichier);
    this.#fichier = null;
  }

  /** Une page du journal, de la plus ancienne ligne à la plus récente. */
  page({ depuis, nombre, client, numero }) {
    const choisis = this.#choisir(client).filter((message) => !numero || message.destination === numero);
    const lignes = choisis.slice(depuis, depuis + nombre);
    const suite = depuis + lignes.length;
    return { total: choisis.length, suite: suite < choisis.length ? suite : null, lignes };
  }

  /** Par destinataire : PDU acceptés, et combien de contenus distincts (référence de concaténation ôtée). */
  comptes(client) {
    const destinataires = new Map();
    for (const message of this.#choisir(client)) {
      if (!destinataires.has(message.destination)) destinataires.set(message.destination, { pdu: 0, contenus: new Set() });
      const compte = destinataires.get(message.destination);
      compte.pdu += 1;
      compte.contenus.add(contenuSansReference(message));
    }
    return Object.fromEntries(
      [...destinataires].map(([numero, { pdu, contenus }]) => [numero, { pdu, distincts: contenus.size }]),
    );
  }

  #choisir(client) {
    return client ? this.messages.filter((message) => message.client === client) : this.messages;
  }
}

function contenuSansReference({ short_message: hexa, esm_class: classe, data_coding: codage }) {
  if (!(classe & 0x40)) return `${codage}:${hexa}`;
  const sans = hexa.replace(/^050003../, "050003").replace(/^060804..../, "060804");
  return `${codage}:${sans}`;
}
