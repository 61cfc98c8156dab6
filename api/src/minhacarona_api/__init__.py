"""The public REST API of Minha Carona."""
