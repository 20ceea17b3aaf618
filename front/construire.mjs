// Construit tissu/socle/static/dist/ : une feuille de style, un script, les polices et la planche d'icônes ; à part, ce
// que seules les pages de carte et celle du relevé chargent.
// Rien n'est téléchargé ici : tout vient de node_modules, verrouillé par package-lock.json.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const FRONT = dirname(fileURLToPath(import.meta.url));
const RACINE = dirname(FRONT);
const MODULES = join(RACINE, "node_modules");
const SORTIE = join(RACINE, "tissu", "socle", "static", "dist");

// Écran : polices variables, réduites au latin. Documents : fichiers statiques, que lisent Typst et les graphiques.
const POLICES_ECRAN = ["latin-wght-normal", "latin-ext-wght-normal", "latin-wght-italic", "latin-ext-wght-italic"];
const POLICES_DOCUMENTS = ["Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt"];

// Bootstrap 5.3 emploie encore les écritures de Sass qu'il annonce vouloir quitter : rien à corriger chez nous.
const ECRITURES_DE_BOOTSTRAP = ["import", "global-builtin", "color-functions", "if-function"];

async function compiler(nom) {
  const { css } = sass.compile(join(FRONT, "scss", `${nom}.scss`), {
    loadPaths: [MODULES],
    quietDeps: true,
    silenceDeprecations: ECRITURES_DE_BOOTSTRAP,
    style: "compressed",
  });
  await writeFile(join(SORTIE, `${nom}.css`), css);
}

async function script() {
  await esbuild.build({
    entryPoints: [join(FRONT, "js", "tissu.js")],
    outfile: join(SORTIE, "tissu.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    logLevel: "warning",
  });
}

// La carte est un module : les autres pages n'en chargent rien. Son ouvrier est servi de chez nous, la politique de
// sécurité n'en admet pas d'autre.
async function carte() {
  await Promise.all([
    esbuild.build({
      entryPoints: [join(FRONT, "js", "carte.js")],
      outfile: join(SORTIE, "carte.js"),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      legalComments: "none",
      logLevel: "warning",
    }),
    copyFile(join(MODULES, "maplibre-gl", "dist", "maplibre-gl-worker.mjs"), join(SORTIE, "carte-ouvrier.js")),
    compiler("carte"),
  ]);
}

// Le relevé sur place s'ouvre sans réseau : sa page, et l'ouvrier de service qui la garde, ne chargent rien d'autre.
async function terrain() {
  const commun = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning" };
  await Promise.all([
    esbuild.build({
      ...commun, format: "esm", entryPoints: [join(FRONT, "js", "terrain.js")], outfile: join(SORTIE, "terrain.js"),
    }),
    esbuild.build({
      ...commun, format: "iife", entryPoints: [join(FRONT, "js", "terrain_ouvrier.js")],
      outfile: join(SORTIE, "terrain-ouvrier.js"),
    }),
    compiler("terrain"),
  ]);
}

async function polices() {
  const dossier = join(SORTIE, "polices");
  await mkdir(dossier, { recursive: true });
  const fontsource = join(MODULES, "@fontsource-variable", "source-sans-3");
  const adobe = join(MODULES, "source-sans");
  await Promise.all([
    ...POLICES_ECRAN.map((nom) =>
      copyFile(join(fontsource, "files", `source-sans-3-${nom}.woff2`), join(dossier, `${nom}.woff2`)),
    ),
    ...POLICES_DOCUMENTS.map((nom) =>
      copyFile(join(adobe, "TTF", `SourceSans3-${nom}.ttf`), join(dossier, `SourceSans3-${nom}.ttf`)),
    ),
    copyFile(join(FRONT, "polices", "espace-fine.ttf"), join(dossier, "espace-fine.ttf")),
    copyFile(join(adobe, "LICENSE.md"), join(dossier, "LICENCE-OFL.md")),
  ]);
}

async function icones() {
  const noms = JSON.parse(await readFile(join(FRONT, "icones.json"), "utf8"));
  const symboles = await Promise.all(
    Object.entries(noms).map(async ([alias, nom]) => {
      const svg = await readFile(join(MODULES, "bootstrap-icons", "icons", `${nom}.svg`), "utf8");
      const dessin = svg.replace(/^[^]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
      return `<symbol id="${alias}" viewBox="0 0 16 16">${dessin}</symbol>`;
    }),
  );
  const entete = "<!-- Bootstrap Icons, licence MIT -->";
  await writeFile(
    join(SORTIE, "icones.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">${entete}${symboles.join("")}</svg>\n`,
  );
}

async function images() {
  await mkdir(join(SORTIE, "images"), { recursive: true });
  for (const nom of ["chevron-clair.svg", "chevron-sombre.svg", "marque.svg"]) {
    await copyFile(join(FRONT, "images", nom), join(SORTIE, "images", nom));
  }
}

async function tout() {
  const debut = performance.now();
  await rm(SORTIE, { recursive: true, force: true });
  await mkdir(SORTIE, { recursive: true });
  await Promise.all([compiler("tissu"), script(), carte(), terrain(), polices(), icones(), images()]);
  console.log(`Front construit en ${((performance.now() - debut) / 1000).toFixed(1)} s.`);
}

await tout();

if (process.argv.includes("--suivre")) {
  let attente;
  watch(FRONT, { recursive: true }, () => {
    clearTimeout(attente);
    attente = setTimeout(() => tout().catch((erreur) => console.error(erreur.message)), 100);
  });
}
