"""Rules for GitHub workflows and composite actions."""
