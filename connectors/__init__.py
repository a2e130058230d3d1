"""How the adapter talks to other systems: one folder each, behind the protocols in `ports`."""
