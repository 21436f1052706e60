"""Review: everything a person decides about the findings of a run. Knows no widget; front ends show its records."""
