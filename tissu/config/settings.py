"""Réglages : tout ce qui change d'un lieu à l'autre vient de l'environnement (voir docs/exploitation)."""

import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlparse

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tissu.config.actions import ACTIONS

RACINE = Path(__file__).resolve().parents[2]
ESSAI = "pytest" in sys.modules
# pytest lit les réglages avant conftest.py : c'est ici que les essais reçoivent un dossier jetable.
DONNEES_PAR_DEFAUT = tempfile.mkdtemp(prefix="tissu-essais-") if ESSAI else RACINE / "donnees"
DONNEES = Path(os.environ.get("TISSU_DONNEES", DONNEES_PAR_DEFAUT)).resolve()
DONNEES.mkdir(parents=True, exist_ok=True)

MODE = os.environ.get("TISSU_MODE", "essai" if ESSAI else "demo")
if MODE not in {"demo", "production", "essai"}:
    raise ImproperlyConfigured(f"TISSU_MODE vaut « {MODE} » : écrivez demo, production ou essai.")

SECRET_KEY = os.environ.get("TISSU_SECRET", "")
if not SECRET_KEY:
    if MODE == "production":
        raise ImproperlyConfigured("TISSU_SECRET manque : donnez une longue suite de caractères au hasard.")
    SECRET_KEY = "cle-de-demonstration-sans-valeur-hors-de-ce-poste"  # noqa: S105

DEBUG = False
ALLOWED_HOSTS = os.environ.get("TISSU_HOTES", "localhost 127.0.0.1 [::1] testserver").split()
ADRESSE = os.environ.get("TISSU_ADRESSE", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [ADRESSE]

TERRITOIRE = os.environ.get("TISSU_TERRITOIRE", "dijon_metropole")
TERRITOIRES = Path(os.environ.get("TISSU_TERRITOIRES", RACINE / "territoires"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "csp",
    "tissu.config",
    "tissu.socle",
    "tissu.comptes",
    "tissu.publications",
    "tissu.cartes",
    "tissu.messages",
    "tissu.registre",
    "tissu.locaux",
    "tissu.programme",
    *ACTIONS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tissu.comptes.middleware.ConnexionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tissu.comptes.middleware.EnvoiMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "tissu.comptes.middleware.DroitsMiddleware",
    "tissu.comptes.middleware.DoubleAuthentificationMiddleware",
]

ROOT_URLCONF = "tissu.config.urls"
WSGI_APPLICATION = "tissu.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Le socle et les comptes passent devant les applications tierces pour habiller leurs pages.
        "DIRS": [RACINE / "tissu" / "socle" / "templates", RACINE / "tissu" / "comptes" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tissu.socle.theme.contexte",
                "tissu.socle.action.contexte_navigation",
            ],
        },
    },
]


def base_de_donnees(adresse: str) -> dict:
    """Rend le réglage Django d'une adresse `postgresql://…` ; sans adresse, SQLite dans le dossier de données."""
    if not adresse:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DONNEES / "tissu.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    morceaux = urlparse(adresse)
    if not morceaux.scheme.startswith("postgres"):
        raise ImproperlyConfigured(f"TISSU_BASE_URL commence par « {morceaux.scheme} » : attendu postgresql://…")
    reglage = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(morceaux.path.lstrip("/")),
        "USER": unquote(morceaux.username or ""),
        "PASSWORD": unquote(morceaux.password or ""),
        "HOST": unquote(morceaux.hostname or ""),
        "PORT": str(morceaux.port or ""),
    }
    # Un dossier de socket s'écrit ?host=/chemin dans l'adresse.
    if morceaux.query.startswith("host="):
        reglage["HOST"] = unquote(morceaux.query.removeprefix("host="))
    return reglage


DATABASES = {"default": base_de_donnees(os.environ.get("TISSU_BASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "dessins": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DONNEES / "dessins",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
# Un seul processus web à plusieurs fils sert le produit : le cache en mémoire compte donc tous les appels.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "comptes.Personne"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("courriel", "prenom", "nom")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if ESSAI:
    # Le hachage lent protège de vrais mots de passe ; les essais n'en ont pas.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accueil"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "courriel"
# Demander un mot de passe pour une adresse inconnue n'envoie rien, et la page ne le dit pas.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tissu.comptes.adaptateur.AdaptateurCompte"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600
# Nombre de mandataires (reverse proxies) de confiance devant le produit : leur en-tête dit l'adresse de la personne.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TISSU_MANDATAIRES", "0"))
RATELIMIT_IP_META_KEY = "tissu.comptes.adaptateur.adresse_ip"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "tissu"
# En démonstration la double authentification reste proposée sans être imposée.
MFA_OBLIGATOIRE = os.environ.get("TISSU_MFA_OBLIGATOIRE", "oui" if MODE == "production" else "non") == "oui"

EMAIL_HOST = os.environ.get("TISSU_SMTP_HOTE", "")
EMAIL_PORT = int(os.environ.get("TISSU_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("TISSU_SMTP_COMPTE", "")
EMAIL_HOST_PASSWORD = os.environ.get("TISSU_SMTP_SECRET", "")
EMAIL_USE_TLS = os.environ.get("TISSU_SMTP_TLS", "oui") == "oui"
DEFAULT_FROM_EMAIL = os.environ.get("TISSU_EXPEDITEUR", "tissu <ne-pas-repondre@tissu.example>")
# Où le serveur de courriel renvoie ce qu'il n'a pas pu remettre ; vide : à l'adresse d'expédition.
COURRIEL_RETOURS = os.environ.get("TISSU_COURRIEL_RETOURS", "")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DONNEES / "courriels"

# Les opérateurs de SMS : un fichier YAML (voir docs/exploitation). Sans lui, un service réel n'en a pas : ses SMS
# attendent ; une démonstration les écrit dans un fichier.
_operateurs = os.environ.get("TISSU_OPERATEURS_SMS", "")
if _operateurs:
    OPERATEURS_SMS = Path(_operateurs).read_text(encoding="utf-8")
else:
    OPERATEURS_SMS = "[]" if MODE == "production" else "[{nom: fichier, genre: fichier}]"
# Le silence d'un exécutant au bout duquel on le tient pour mort, et ce qu'il avait en vol pour incertain.
MESSAGES_BAIL_S = float(os.environ.get("TISSU_MESSAGES_BAIL", "15"))

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/statique/"
STATIC_ROOT = DONNEES / "statiques"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = MODE != "production"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DONNEES / "fichiers"
# Le plus grand envoi d'un écran est celui des fichiers officiels, 500 Mo en tout, et son enveloppe ; à qui n'est pas
# connecté, presque rien.
ENVOI_OCTETS_MAX = int(os.environ.get("TISSU_ENVOI_MO", "520")) * 1024**2
ENVOI_ANONYME_OCTETS_MAX = 1024**2
# Une pièce jointe, un programme à importer, un gabarit de diaporama.
PIECE_OCTETS_MAX = 20_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "tissu_session"
CSRF_COOKIE_NAME = "tissu_csrf"
CSRF_FAILURE_VIEW = "tissu.socle.erreurs.csrf_refuse"
if MODE == "production":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = os.environ.get("TISSU_HTTPS", "oui") == "oui"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Le plan derrière les cartes : l'adresse d'un style MapLibre, vide pour s'en tenir aux contours du territoire.
FOND_DE_CARTE = os.environ.get(
    "TISSU_FOND_DE_CARTE",
    "" if ESSAI else "https://data.geopf.fr/annexes/ressources/vectorTiles/styles/PLAN.IGN/gris.json",
)
FOND_DE_CARTE_MENTION = os.environ.get("TISSU_FOND_DE_CARTE_MENTION", "© IGN, Plan IGN")
_fond = urlparse(FOND_DE_CARTE)
ORIGINE_DU_FOND = [f"{_fond.scheme}://{_fond.netloc}"] if _fond.netloc else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *ORIGINE_DU_FOND],
        "font-src": [SELF],
        "connect-src": [SELF, *ORIGINE_DU_FOND],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

DJANGO_TABLES2_TEMPLATE = "composants/tableau.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"simple": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "simple"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TISSU_JOURNAL", "WARNING")},
}
