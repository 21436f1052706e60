"""`fixer tui`: the review on screens. It shows records and passes decisions on; it computes no edit."""
