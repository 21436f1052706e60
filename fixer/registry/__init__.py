"""Image references and, in time, what registries say about them."""
