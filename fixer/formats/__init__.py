"""Text to meaning and back; the only code that knows punctuation."""
