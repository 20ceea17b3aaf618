// data-deconnexion sur le formulaire qui ferme la session : ce que le téléphone avait emporté pour relever s'efface.
// Un relevé pas encore envoyé reste, sous scellés, et la personne le sait avant de partir.
import { attente, effacer, NOM, reglage } from "./terrain_base.js";
import { demander } from "./question.js";
import { tous } from "./selecteur.js";

async function aEmporte() {
  const bases = (await window.indexedDB?.databases?.()) ?? [];
  return bases.some((une) => une.name === NOM);
}

async function quitter() {
  if (!(await aEmporte())) return true;
  const personne = await reglage("personne");
  if (!personne) return true;
  const compte = await attente(personne.id);
  const reste = compte.releves + compte.photos + compte.a_revoir;
  const question = `Il reste ici ${reste} relevés ou photos à envoyer ou à revoir. Ils restent sur ce téléphone, à votre nom, `
    + "et partiront quand vous vous reconnecterez ici.";
  if (reste && !(await demander(question, "Se déconnecter"))) return false;
  await effacer(personne.id);
  return true;
}

export function attacher(racine) {
  for (const formulaire of tous(racine, "form[data-deconnexion]")) {
    formulaire.addEventListener("submit", async (evenement) => {
      evenement.preventDefault();
      let partir = true;
      try {
        partir = await quitter();
      } catch {
        // Une base illisible n'empêche personne de fermer sa session.
      }
      if (partir) formulaire.submit();
    });
  }
}
