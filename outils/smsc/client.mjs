// Un client du serveur (un « system_id ») : ses réglages, ses connexions, ce qu'on accepte de lui, ce qu'on lui doit.
import smpp from "smpp";
import { ETATS } from "./journal.mjs";
import { pduRecu, Remises } from "./remises.mjs";
import { Debit, hasardSeme, PartTenue, reglagesDeDepart, tirerDelai, verifierReglages } from "./reglages.mjs";

const OCTETS_D_UN_SMS = 140;
const ENTETE_UDH = smpp.consts.ESM_CLASS.UDH_INDICATOR;
const DEMARRAGE = Date.now().toString(16).toUpperCase();
let rang = 0;

export class Client {
  sessions = new Set();
  compteurs = { acceptes: 0, brides: 0, rejetes: 0, reponses_avalees: 0, identifications: 0 };
  #debit = new Debit();
  #echecs = new PartTenue();
  #perdus = new PartTenue();
  #attentes = new Set();

  constructor({ nom, reglages, journal, graine }) {
    this.nom = nom;
    this.depart = reglages;
    this.journal = journal;
    this.hasard = hasardSeme(graine);
    this.reglages = { ...reglagesDeDepart(), ...structuredClone(reglages) };
    this.remises = new Remises({
      sessions: this.sessions,
      reglages: this.reglages,
      accuser: ({ message }) => message && journal.accuser(message, maintenant()),
    });
  }

  regler(valeurs) {
    Object.assign(this.reglages, valeurs);
    this.remises.avancer();
  }

  /** Juge un submit_sm. Rend le statut, et le message quand il est accepté. */
  juger(pdu) {
    const { reglages } = this;
    if (reglages.rejeter !== null && reglages.rejeter.nombre !== 0) {
      if (reglages.rejeter.nombre) reglages.rejeter = { ...reglages.rejeter, nombre: reglages.rejeter.nombre - 1 };
      this.compteurs.rejetes += 1;
      return { statut: smpp.errors[reglages.rejeter.statut] };
    }
    const faute = fautes(pdu);
    if (faute) {
      this.compteurs.rejetes += 1;
      return { statut: faute };
    }
    if (!this.#debit.admet(reglages.debit, performance.now())) {
      this.compteurs.brides += 1;
      return { statut: smpp.ESME_RTHROTTLED };
    }
    this.compteurs.acceptes += 1;
    return { statut: smpp.ESME_ROK, message: this.#accepter(pdu) };
  }

  #accepter(pdu) {
    const { reglages } = this;
    rang += 1;
    const numero = sansPlus(pdu.destination_addr);
    const echec = this.#echecs.touche(reglages.part_echecs) || reglages.numeros_en_echec.map(sansPlus).includes(numero);
    const message = this.journal.accepter({
      id: `${DEMARRAGE}${rang.toString(16).toUpperCase().padStart(6, "0")}`,
      client: this.nom,
      heure: maintenant(),
      source: pdu.source_addr,
      source_ton: pdu.source_addr_ton,
      source_npi: pdu.source_addr_npi,
      destination: numero,
      destination_ton: pdu.dest_addr_ton,
      destination_npi: pdu.dest_addr_npi,
      data_coding: pdu.data_coding,
      esm_class: pdu.esm_class,
      registered_delivery: pdu.registered_delivery,
      short_message: contenu(pdu).toString("hex"),
      ref: pdu.user_message_reference ?? null,
      issue: echec ? ETATS.UNDELIVERABLE : ETATS.DELIVERED,
      recu_perdu: this.#perdus.touche(reglages.part_recus_perdus),
    });
    this.#plusTard(tirerDelai(reglages.delai_recu_ms, this.hasard), () => this.finir(message));
    return message;
  }

  /** Le téléphone a reçu, ou non : l'état change et le reçu demandé part. */
  finir(message) {
    this.journal.finir(message, message.issue, maintenant());
    this.devoirRecu(message);
  }

  devoirRecu(message) {
    const demande = message.registered_delivery & 0x03;
    const voulu = demande === 1 || (demande === 2 && message.etat === ETATS.UNDELIVERABLE);
    if (voulu && !message.recu_perdu) this.remises.ajouter({ message, pdu: pduRecu(message) });
  }

  /** Reprend, au redémarrage, ce que le journal dit inachevé. */
  reprendre(message) {
    if (message.etat === ETATS.ENROUTE) this.finir(message);
    else if (message.recu === null) this.devoirRecu(message);
  }

  /** Répond après le délai réglé. Une réponse avalée est comptée, jamais envoyée. */
  repondre(prise, reponse) {
    if (reponse.command_status === smpp.ESME_ROK && this.reglages.avaler_reponses > 0) {
      this.reglages.avaler_reponses -= 1;
      this.compteurs.reponses_avalees += 1;
      return;
    }
    const delai = tirerDelai(this.reglages.delai_reponse_ms, this.hasard);
    if (delai === 0) prise.send(reponse);
    else this.#plusTard(delai, () => prise.send(reponse));
  }

  /** Coupe net toutes les connexions ; rend leur nombre. */
  couper() {
    const coupees = [...this.sessions];
    for (const { prise } of coupees) prise.destroy();
    return coupees.length;
  }

  /** Oublie ce qui est dû et revient aux réglages de départ ; les connexions restent. */
  effacer() {
    for (const attente of this.#attentes) clearTimeout(attente);
    this.#attentes.clear();
    this.remises.vider();
    for (const nom of Object.keys(this.compteurs)) this.compteurs[nom] = 0;
    this.#debit = new Debit();
    this.#echecs = new PartTenue();
    this.#perdus = new PartTenue();
    this.regler({ ...reglagesDeDepart(), ...structuredClone(this.depart) });
  }

  etat() {
    return {
      reglages: { ...this.reglages, mot_de_passe: "•" },
      connexions: [...this.sessions].map(({ genre }) => genre),
      remises_en_attente: this.remises.enAttente,
      remises_en_cours: this.remises.enCours,
      remises_refusees: this.remises.refusees,
      ...this.compteurs,
    };
  }

  #plusTard(delai, faire) {
    const attente = setTimeout(() => {
      this.#attentes.delete(attente);
      faire();
    }, delai);
    this.#attentes.add(attente);
  }
}

/** Les clients connus, par nom. */
export class Clients extends Map {
  constructor({ reglages, journal, graine }) {
    super();
    this.journal = journal;
    for (const [nom, valeurs] of Object.entries(reglages)) {
      this.set(nom, new Client({ nom, reglages: verifierReglages(valeurs), journal, graine: graine + this.size }));
    }
    for (const message of journal.messages) this.get(message.client)?.reprendre(message);
  }

  /** Un client, ou tous quand on n'en nomme pas. */
  choisis(nom) {
    if (nom === undefined) return [...this.values()];
    if (!this.has(nom)) throw new RangeError(`Client inconnu : « ${nom} ». Connus : ${[...this.keys()].join(", ")}.`);
    return [this.get(nom)];
  }
}

export function sansPlus(numero) {
  return numero.replace(/^\+/, "");
}

export function maintenant() {
  return new Date().toISOString();
}

function contenu(pdu) {
  return pdu.short_message.length === 0 && pdu.message_payload ? pdu.message_payload : pdu.short_message;
}

function fautes(pdu) {
  if (!/^\+?\d{3,15}$/.test(pdu.destination_addr)) return smpp.ESME_RINVDSTADR;
  if (contenu(pdu).length === 0) return smpp.ESME_RINVMSGLEN;
  if (pdu.short_message.length > 0 && octetsSurLesOndes(pdu) > OCTETS_D_UN_SMS) return smpp.ESME_RINVMSGLEN;
  return null;
}

// L'alphabet par défaut compte sept bits par signe ; l'en-tête de concaténation reste en octets.
function octetsSurLesOndes({ data_coding: codage, esm_class: classe, short_message: octets }) {
  if (codage !== 0) return octets.length;
  const entete = classe & ENTETE_UDH ? octets[0] + 1 : 0;
  return entete + Math.ceil(((octets.length - entete) * 7) / 8);
}
