"""Makes what `index/builtin` ships from public data: the model, the lexicon, the frequencies."""
