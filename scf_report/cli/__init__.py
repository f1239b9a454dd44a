"""What operators type: ``flask deliver | outbox | doctor | probe | purge | migrate``."""
