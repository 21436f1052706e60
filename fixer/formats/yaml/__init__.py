"""YAML: text to span tree to meaning, operations to edits."""
