"""What all stands on and that knows nothing of training: database, renderers, clock, parts."""
