"""What the register keeps of a person: given to that person, and erased."""
