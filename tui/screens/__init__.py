"""Screens and dialogs: one in each module."""
