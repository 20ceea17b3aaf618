from tissu.config.ligne_de_commande import main

main()
