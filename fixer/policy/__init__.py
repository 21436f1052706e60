"""What counts, for which environment, and what is excused: decides the status of findings."""
