"""Dockerfiles: text to instructions with spans, operations to edits."""
