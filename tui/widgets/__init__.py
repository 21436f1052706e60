"""Widgets: one in each module."""
