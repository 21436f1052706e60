"""Find what is wrong in container files and rewrite them so that nothing but the fix changes."""

__version__ = "0.1.0"
