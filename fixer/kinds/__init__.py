"""What a file is, and the nouns that rules read."""
