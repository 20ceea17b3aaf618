// Un opérateur de SMS pour les essais et la démonstration : SMPP 3.4, et une porte HTTP pour le régler et voir les
// téléphones. Il n'écoute que cette machine et n'envoie rien à personne.
//
//   node outils/smsc/serveur.mjs --port 0 --http 0 [--donnees FICHIER] [--reglages FICHIER_OU_JSON] [--graine 1]
//                                [--nom OPERATEUR] [--cle FICHIER --certificat FICHIER] [--avec-parent]
//
// `--reglages` : {"client": {"mot_de_passe": "…", "debit": 25, …}} ; sans lui, un client « tissu », mot de passe « demo ».
// `--cle` et `--certificat` (PEM) : SMPP sur TLS.
// `--avec-parent` : s'arrête quand l'entrée standard se ferme. Une ligne JSON {"port", "http"} dit que tout est prêt.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Clients } from "./client.mjs";
import { Journal } from "./journal.mjs";
import { serveurHttp } from "./porte.mjs";
import { serveurSmpp } from "./sessions.mjs";

const ICI = "127.0.0.1";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    http: { type: "string", default: "0" },
    donnees: { type: "string" },
    reglages: { type: "string", default: '{"tissu": {}}' },
    graine: { type: "string", default: "1" },
    nom: { type: "string", default: "tissu-smsc" },
    cle: { type: "string" },
    certificat: { type: "string" },
    "avec-parent": { type: "boolean", default: false },
  },
});

function lireReglages(valeur) {
  return JSON.parse(valeur.startsWith("{") ? valeur : readFileSync(valeur, "utf8"));
}

const tls = options.cle ? { key: readFileSync(options.cle), cert: readFileSync(options.certificat) } : {};

function ecouter(serveur, port) {
  return new Promise((prete, refusee) => {
    serveur.once("error", refusee);
    serveur.listen(Number(port), ICI, () => prete(serveur.address().port));
  });
}

try {
  const journal = new Journal(options.donnees ?? null);
  const clients = new Clients({ reglages: lireReglages(options.reglages), journal, graine: Number(options.graine) });
  const port = await ecouter(serveurSmpp({ clients, nom: options.nom, tls }), options.port);
  const http = await ecouter(serveurHttp({ clients, journal, nom: options.nom }), options.http);
  console.log(JSON.stringify({ port, http }));
  const arreter = () => {
    journal.fermer();
    process.exit(0);
  };
  process.once("SIGTERM", arreter);
  process.once("SIGINT", arreter);
  if (options["avec-parent"]) process.stdin.once("end", arreter).resume();
} catch (erreur) {
  console.error(`Le serveur de SMS ne démarre pas : ${erreur.message}`);
  process.exit(1);
}
