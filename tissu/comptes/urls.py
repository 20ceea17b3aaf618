"""Les adresses des comptes. Celles d'allauth sont choisies une à une : le reste d'allauth n'est pas servi."""

from allauth.account import views as compte
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as secours
from allauth.mfa.totp import views as totp
from django.urls import include, path, re_path

from tissu.comptes import views
from tissu.socle.ecrans import ecran, public

# Les noms sont ceux qu'allauth attend. Une étape de connexion (code) est publique : la personne n'est pas encore
# connectée ; allauth renvoie à la connexion qui n'en a pas une en cours.
CONNEXION = [
    path("connexion/", public("Connexion")(compte.login), name="account_login"),
    path("connexion/code/", public("Code de double authentification")(mfa.authenticate), name="mfa_authenticate"),
    path("deconnexion/", ecran("Déconnexion")(compte.logout), name="account_logout"),
    path("ferme/", public("Compte fermé")(compte.account_inactive), name="account_inactive"),
    path("inscription/", views.sur_invitation, name="account_signup"),
    path("confirmation/", ecran("Confirmez votre identité")(compte.reauthenticate), name="account_reauthenticate"),
    path("confirmation/code/", ecran("Confirmez votre identité")(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("mot-de-passe/", ecran("Changer de mot de passe")(compte.password_change), name="account_change_password"),
    path("mot-de-passe/oublie/", public("Mot de passe oublié")(compte.password_reset), name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        public("Courriel envoyé")(compte.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public("Nouveau mot de passe")(compte.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change/",
        public("Mot de passe changé")(compte.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("double-authentification/", ecran("Double authentification")(mfa.index), name="mfa_index"),
    path(
        "double-authentification/activer/",
        ecran("Activer la double authentification")(totp.activate_totp),
        name="mfa_activate_totp",
    ),
    path(
        "double-authentification/retirer/",
        ecran("Retirer la double authentification")(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "double-authentification/secours/",
        ecran("Codes de secours")(secours.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "double-authentification/secours/nouveaux/",
        ecran("Nouveaux codes de secours")(secours.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "double-authentification/secours/telecharger/",
        ecran("Télécharger les codes de secours")(secours.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]

GESTION = [
    path("comptes/moi/", views.profil, name="profil"),
    path("comptes/moi/sessions/fermer/", views.fermer_sessions, name="fermer_sessions"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/nouvelle/", views.organisation, name="nouvelle_organisation"),
    path("organisations/<int:organisation_id>/", views.organisation, name="organisation"),
    path("personnes/", views.personnes, name="personnes"),
    path("personnes/<int:personne_id>/", views.personne, name="personne"),
    path("personnes/<int:personne_id>/roles/", views.attribuer, name="attribuer"),
    path("personnes/<int:personne_id>/desactiver/", views.desactiver, name="desactiver"),
    path("personnes/<int:personne_id>/reactiver/", views.reactiver, name="reactiver"),
    path("personnes/roles/<int:attribution_id>/retirer/", views.retirer, name="retirer"),
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/nouvelle/", views.inviter, name="inviter"),
    path("invitations/<int:invitation_id>/renvoyer/", views.renvoyer, name="renvoyer"),
    path("invitations/<int:invitation_id>/revoquer/", views.revoquer, name="revoquer"),
    path("invitation/<str:jeton>/", views.invitation, name="invitation"),
    path("droits/", views.droits, name="droits"),
    path("journal/", views.journal, name="journal"),
    path("journal/acces.csv", views.journal_csv, name="journal_csv"),
    path("journal/evenements/", views.evenements, name="evenements"),
]

urlpatterns = [
    path("comptes/", include(CONNEXION)),
    path("", include((GESTION, "comptes"))),
]
