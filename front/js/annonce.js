// Une ligne dite à l'écran et aux lecteurs d'écran : « Copié », « 3 lignes retenues ».
let zone;
let fin;

export function installer() {
  zone = document.createElement("div");
  zone.className = "annonce";
  zone.setAttribute("role", "status");
  document.body.append(zone);
  document.addEventListener("htmx:responseError", () =>
    annoncer("Le serveur n’a pas répondu comme prévu. Rien n’est perdu : réessayez, ou rechargez la page."),
  );
  document.addEventListener("htmx:sendError", () =>
    annoncer("Connexion interrompue. Rien n’est perdu : réessayez dans un instant."),
  );
}

export function annoncer(texte) {
  zone.textContent = texte;
  clearTimeout(fin);
  fin = setTimeout(() => (zone.textContent = ""), 4000);
}
