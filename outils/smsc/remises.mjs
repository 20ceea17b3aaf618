// Ce que le serveur remet à un client : reçus et messages venus des téléphones. Chaque remise est gardée jusqu'à son
// accusé ; une connexion perdue la remet en tête de file, la suivante du même client la reçoit.
import smpp from "smpp";
import { ETATS } from "./journal.mjs";

const RECEVEURS = new Set(["bind_transceiver", "bind_receiver"]);
const REFUS_PASSAGERS = new Set([smpp.ESME_RX_T_APPN, smpp.ESME_RMSGQFUL, smpp.ESME_RTHROTTLED, smpp.ESME_RSYSERR]);
const PAUSE_MS = 500;

export class Remises {
  #file = [];
  #tete = 0;
  #enCours = new Map();
  #tour = 0;

  /** `reglages.fenetre_recus` : combien attendent un accusé à la fois ; `accuser(remise)` : dit qu'une est arrivée. */
  constructor({ sessions, reglages, accuser }) {
    this.sessions = sessions;
    this.reglages = reglages;
    this.accuser = accuser;
    this.refusees = 0;
  }

  get enAttente() {
    return this.#file.length - this.#tete;
  }

  get enCours() {
    return this.#enCours.size;
  }

  ajouter(remise) {
    this.#file.push(remise);
    this.avancer();
  }

  /** Envoie tant que la fenêtre et une connexion le permettent. */
  avancer() {
    while (!this.reglages.muet && this.enAttente > 0 && this.#enCours.size < this.reglages.fenetre_recus) {
      const session = this.#choisirSession();
      if (!session) return;
      this.#envoyer(session, this.#prendre());
    }
  }

  /** Une connexion est perdue : ce qu'elle n'a pas accusé repart en tête, dans l'ordre. */
  perdre(session) {
    const siennes = [...this.#enCours.values()].filter((cours) => cours.session === session);
    for (const { remise } of siennes) this.#enCours.delete(remise);
    this.#file = [...siennes.map(({ remise }) => remise), ...this.#file.slice(this.#tete)];
    this.#tete = 0;
    this.avancer();
  }

  vider() {
    this.#file = [];
    this.#tete = 0;
    this.#enCours.clear();
  }

  #prendre() {
    const remise = this.#file[this.#tete];
    this.#tete += 1;
    if (this.#tete > 1024 && this.#tete * 2 > this.#file.length) {
      this.#file = this.#file.slice(this.#tete);
      this.#tete = 0;
    }
    return remise;
  }

  #choisirSession() {
    const ouvertes = [...this.sessions].filter(({ genre, prise }) => RECEVEURS.has(genre) && prise.socket.writable);
    this.#tour += 1;
    return ouvertes[this.#tour % ouvertes.length];
  }

  #envoyer(session, remise) {
    this.#enCours.set(remise, { session, remise });
    session.prise.deliver_sm({ ...remise.pdu }, (reponse) => {
      if (!this.#enCours.delete(remise)) return;
      if (reponse.command_status === 0) this.accuser(remise);
      else if (REFUS_PASSAGERS.has(reponse.command_status)) setTimeout(() => this.ajouter(remise), PAUSE_MS).unref();
      else this.refusees += 1;
      this.avancer();
    });
  }
}

/** Le reçu d'un message, dans la forme que les opérateurs partagent, avec ses champs nommés. */
export function pduRecu(message) {
  const { etat } = message;
  const livre = etat === ETATS.DELIVERED;
  const debut = Buffer.from(message.short_message, "hex").subarray(0, 20).toString("latin1").replaceAll(/[^\x20-\x7e]/g, ".");
  const texte = [
    `id:${message.id}`,
    "sub:001",
    `dlvrd:${livre ? "001" : "000"}`,
    `submit date:${minute(message.heure)}`,
    `done date:${minute(message.fini)}`,
    `stat:${livre ? "DELIVRD" : "UNDELIV"}`,
    `err:${livre ? "000" : "001"}`,
    `text:${debut}`,
  ].join(" ");
  return {
    source_addr_ton: message.destination_ton,
    source_addr_npi: message.destination_npi,
    source_addr: message.destination,
    dest_addr_ton: message.source_ton,
    dest_addr_npi: message.source_npi,
    destination_addr: message.source,
    esm_class: smpp.consts.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: Buffer.from(texte, "latin1"),
    receipted_message_id: message.id,
    message_state: etat,
    ...(message.ref === null ? {} : { user_message_reference: message.ref }),
  };
}

function minute(heure) {
  const [annee, mois, jour, heures, minutes] = heure.match(/\d+/g);
  return `${annee.slice(2)}${mois}${jour}${heures}${minutes}`;
}
