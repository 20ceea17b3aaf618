// Les connexions SMPP 3.4 : identification, tenue du lien, messages, interrogation, congé.
import smpp from "smpp";

const IDENTIFICATIONS = ["bind_transceiver", "bind_transmitter", "bind_receiver"];

// Les octets d'un message sont gardés tels qu'ils sont venus : c'est eux qu'on juge.
delete smpp.commands.submit_sm.params.short_message.filter;
delete smpp.commands.deliver_sm.params.short_message.filter;
delete smpp.tlvs.message_payload.filter;

/** Ouvre le serveur SMPP pour ces clients ; avec `tls` ({key, cert}), sur une liaison chiffrée. */
export function serveurSmpp({ clients, nom, tls = {} }) {
  return smpp.createServer(tls, (prise) => {
    prise.socket.setNoDelay(true);
    // Une coupure ou des octets illisibles : on ferme, le client revient quand il veut.
    prise.on("error", () => prise.destroy());
    accueillir(prise, { clients, nom });
  });
}

function accueillir(prise, { clients, nom }) {
  let session = null;
  const identifier = (pdu) => {
    if (session !== null) return refuser(prise, pdu, smpp.ESME_RALYBND);
    const client = clients.get(pdu.system_id);
    if (!client) return refuser(prise, pdu, smpp.ESME_RINVSYSID);
    if (client.reglages.muet) return undefined;
    if (client.reglages.refuser_connexion) return refuser(prise, pdu, smpp.ESME_RBINDFAIL);
    if (pdu.password !== client.reglages.mot_de_passe) return refuser(prise, pdu, smpp.ESME_RINVPASWD);
    session = { prise, client, genre: pdu.command };
    client.compteurs.identifications += 1;
    prise.send(pdu.response({ system_id: nom }));
    client.sessions.add(session);
    client.remises.avancer();
    return undefined;
  };

  const traitements = {
    ...Object.fromEntries(IDENTIFICATIONS.map((commande) => [commande, identifier])),
    enquire_link: (pdu) => prise.send(pdu.response()),
    unbind: (pdu) => {
      // Plus rien n'est remis à qui prend congé.
      if (session) session.client.sessions.delete(session);
      prise.send(pdu.response(), undefined, () => prise.close());
    },
    submit_sm: (pdu) => soumettre(session, prise, pdu),
    query_sm: (pdu) => interroger(session, prise, pdu),
  };

  prise.on("pdu", (pdu) => {
    // Ce qui attendait d'être lu quand la connexion a été coupée n'est pas arrivé.
    if (prise.socket.destroyed || session?.client.reglages.muet || pdu.isResponse()) return;
    const traiter = traitements[pdu.command];
    if (traiter) traiter(pdu);
    else prise.generic_nack({ sequence_number: pdu.sequence_number, command_status: smpp.ESME_RINVCMDID });
  });

  prise.on("close", () => {
    if (session === null) return;
    session.client.sessions.delete(session);
    session.client.remises.perdre(session);
  });
}

function soumettre(session, prise, pdu) {
  if (session === null || session.genre === "bind_receiver") return refuser(prise, pdu, smpp.ESME_RINVBNDSTS);
  const { client } = session;
  const { statut, message } = client.juger(pdu);
  if (message && client.reglages.fermer_apres !== null) {
    client.reglages.fermer_apres -= 1;
    if (client.reglages.fermer_apres === 0) {
      client.reglages.fermer_apres = null;
      return client.couper();
    }
  }
  return client.repondre(prise, pdu.response({ command_status: statut, message_id: message?.id }));
}

function interroger(session, prise, pdu) {
  if (session === null || session.genre === "bind_receiver") return refuser(prise, pdu, smpp.ESME_RINVBNDSTS);
  const message = session.client.journal.parIdentifiant.get(pdu.message_id);
  if (!message || message.client !== session.client.nom) return refuser(prise, pdu, smpp.ESME_RQUERYFAIL);
  return session.client.repondre(
    prise,
    pdu.response({
      message_id: message.id,
      final_date: message.fini ? new Date(message.fini) : "",
      message_state: message.etat,
      error_code: message.etat === message.issue && message.issue !== 2 ? 1 : 0,
    }),
  );
}

function refuser(prise, pdu, statut) {
  prise.send(pdu.response({ command_status: statut }));
}
