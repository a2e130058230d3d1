"""One file per group of findings; `registry.py` lists them."""
