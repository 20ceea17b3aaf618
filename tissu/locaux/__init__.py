"""Les locaux : ce qu'une rue contient, occupé ou non, et son histoire.

Un local a une identité à lui, qui n'est pas un SIRET : il survit à ceux qui l'occupent. Ce service tient les locaux,
leurs occupations, leurs états, les campagnes qui les ont relevés, les fichiers dont ils viennent, et propose leurs
rapprochements avec le registre. Il ne publie aucun chiffre : c'est l'affaire des actions.
"""
