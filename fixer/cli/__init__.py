"""The command line."""

import gc

# Before anything else is imported: a run makes records that it keeps, and hardly any cycles. Collecting at the usual
# pace takes a tenth of a short run, and of a long one.
gc.set_threshold(100_000, 50, 100)
