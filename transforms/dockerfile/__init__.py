"""Rules for Dockerfiles."""
