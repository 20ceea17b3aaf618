// Les téléphones, relus toutes les deux secondes. Ce qu'on est en train d'écrire ne bouge pas.
const PERIODE_MS = 2000;
const PAR_PAGE = 24;

const liste = document.getElementById("telephones");
const compte = document.getElementById("compte");
const numero = document.getElementById("numero");
const suite = document.getElementById("suite");
const cartes = new Map();
const heure = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
let version = null;
let nombre = PAR_PAGE;
let tour = 0;
let attente;

function lisible(chiffres) {
  const france = chiffres.match(/^33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/);
  return france ? `+33 ${france.slice(1).join(" ")}` : chiffres;
}

function copie(nom) {
  return document.getElementById(nom).content.firstElementChild.cloneNode(true);
}

function messageAffiche({ genre, heure: quand, texte, expediteur, operateur, vers, segments, attendus, etat }) {
  const noeud = copie("message");
  const [qui, corps, pied] = noeud.children;
  const date = heure.format(new Date(quand));
  corps.textContent = texte ?? "Message incomplet : des parties manquent.";
  if (genre === "reponse") {
    noeud.classList.add("message--reponse");
    qui.textContent = vers ? `À ${vers}` : "Réponse";
    pied.textContent = date;
  } else {
    noeud.classList.toggle("message--perdu", etat === "non remis");
    qui.textContent = `${expediteur} (par « ${operateur} »)`;
    pied.textContent = `${date} · ${segments} SMS${segments < attendus ? ` sur ${attendus}` : ""} · ${etat}`;
  }
  return noeud;
}

function nouvelleCarte(cle) {
  const carte = copie("telephone");
  const fil = carte.querySelector(".fil");
  const titre = carte.querySelector("h2");
  titre.textContent = lisible(cle);
  titre.id = `titre-${cle}`;
  fil.setAttribute("aria-labelledby", titre.id);
  carte.querySelector("form").addEventListener("submit", (evenement) => {
    evenement.preventDefault();
    repondre(cle, carte);
  });
  cartes.set(cle, carte);
  return carte;
}

async function repondre(cle, carte) {
  const champ = carte.querySelector("input");
  const etat = carte.querySelector(".reponse__suite");
  try {
    const reponse = await fetch("repondre", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ numero: cle, texte: champ.value }),
    });
    const corps = await reponse.json();
    if (!reponse.ok) throw new Error(corps.erreur);
    etat.textContent = "Réponse envoyée.";
    champ.value = "";
    rafraichir();
  } catch (erreur) {
    etat.textContent = `La réponse n'est pas partie : ${erreur.message}`;
  }
}

function enEcriture() {
  return [...cartes.values()].some((carte) => carte.contains(document.activeElement) || carte.querySelector("input").value !== "");
}

function afficher({ total, telephones }) {
  const vus = new Set(telephones.map((telephone) => telephone.numero));
  const figees = enEcriture();
  for (const [cle, carte] of cartes) {
    if (!vus.has(cle) && !(figees && carte.contains(document.activeElement))) {
      carte.remove();
      cartes.delete(cle);
    }
  }
  for (const [rang, { numero: cle, messages }] of telephones.entries()) {
    const carte = cartes.get(cle) ?? nouvelleCarte(cle);
    const fil = carte.querySelector(".fil");
    // Qui relit un ancien message n'en est pas tiré.
    const enBas = fil.scrollTop + fil.clientHeight >= fil.scrollHeight - 4;
    fil.replaceChildren(...messages.map(messageAffiche));
    const place = liste.children[rang] ?? null;
    if (place !== carte && (!carte.isConnected || !figees)) liste.insertBefore(carte, place);
    if (enBas) fil.scrollTop = fil.scrollHeight;
  }
  if (total === 1) compte.textContent = "1 téléphone.";
  else if (total > 1) compte.textContent = `${total.toLocaleString("fr-FR")} téléphones, le dernier servi d'abord.`;
  else if (numero.value) compte.textContent = "Aucun téléphone de ce numéro n'a reçu de message.";
  else compte.textContent = "Aucun message encore : envoyez une alerte, elle paraîtra ici.";
  suite.hidden = total <= nombre;
}

async function rafraichir() {
  clearTimeout(attente);
  const demande = new URLSearchParams({ numero: numero.value, nombre, ...(version === null ? {} : { version }) });
  tour += 1;
  const mien = tour;
  try {
    const corps = await (await fetch(`telephones?${demande}`)).json();
    // Une demande plus récente est partie entre-temps : c'est sa réponse qui compte.
    if (mien !== tour) return;
    if (!corps.inchange) afficher(corps);
    version = corps.version;
  } catch {
    if (mien !== tour) return;
    compte.textContent = "L'opérateur d'essai ne répond plus. La page le retrouvera quand il reviendra.";
    version = null;
  }
  attente = setTimeout(rafraichir, PERIODE_MS);
}

function recommencer() {
  version = null;
  rafraichir();
}

numero.addEventListener("input", recommencer);
document.getElementById("recherche").addEventListener("submit", (evenement) => evenement.preventDefault());
suite.addEventListener("click", () => {
  nombre += PAR_PAGE;
  recommencer();
});
rafraichir();
