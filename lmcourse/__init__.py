"""lmcourse: language models from counting words to Transformers, each one checked."""

__version__ = "0.1.0"
