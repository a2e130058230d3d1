"""What the register knows, one reader per thing; every subject reads here and not in another."""
