// Combien de messages par seconde le serveur tient : `node outils/smsc/mesure.mjs [--messages 30000] [--fenetre 50]
// [--connexions 2]`. Le client est sur la même machine et lui dispute ses cœurs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import smpp from "smpp";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "30000" },
    fenetre: { type: "string", default: "50" },
    connexions: { type: "string", default: "2" },
  },
});
const [messages, fenetre, connexions] = [values.messages, values.fenetre, values.connexions].map(Number);

async function envoyer(port, combien, premier) {
  const prise = smpp.connect({ host: "127.0.0.1", port });
  prise.on("deliver_sm", (pdu) => prise.send(pdu.response()));
  await once(prise, "connect");
  await new Promise((prete) => prise.bind_transceiver({ system_id: "tissu", password: "demo" }, prete));
  let partis = 0;
  let acceptes = 0;
  await new Promise((fini) => {
    const suivant = () => {
      if (partis === combien) return;
      const destination_addr = String(33600000000 + premier + partis);
      partis += 1;
      prise.submit_sm({ source_addr: "AlerteCom", destination_addr, registered_delivery: 1, short_message: "Rideau" }, (reponse) => {
        if (reponse.command_status === smpp.ESME_ROK) acceptes += 1;
        if (partis < combien) suivant();
        else if (acceptes === combien) fini();
      });
    };
    for (let place = 0; place < fenetre; place += 1) suivant();
  });
  return prise;
}

const dossier = mkdtempSync(join(tmpdir(), "tissu-smsc-"));
const serveur = spawn(process.execPath, [
  fileURLToPath(new URL("serveur.mjs", import.meta.url)),
  "--donnees",
  join(dossier, "journal.jsonl"),
]);
const [ligne] = await once(serveur.stdout, "data");
const { port, http } = JSON.parse(ligne);
const etat = async () => (await (await fetch(`http://127.0.0.1:${http}/etat`)).json()).clients.tissu;

const debut = performance.now();
const part = Math.floor(messages / connexions);
const prises = await Promise.all(Array.from({ length: connexions }, (_, rang) => envoyer(port, part, rang * part)));
const acceptes = performance.now();
for (let vu = await etat(); vu.remises_en_attente + vu.remises_en_cours > 0; vu = await etat()) {
  await new Promise((suite) => setTimeout(suite, 50));
}
const accuses = performance.now();
const parSeconde = (fin) => Math.round((1000 * part * connexions) / (fin - debut));
console.log(`${part * connexions} messages, ${connexions} connexions, fenêtre ${fenetre}, journal dans un fichier.`);
console.log(`Acceptés : ${parSeconde(acceptes)} par seconde. Reçus accusés : ${parSeconde(accuses)} par seconde.`);
for (const prise of prises) prise.destroy();
serveur.kill();
await once(serveur, "exit");
rmSync(dossier, { recursive: true });
