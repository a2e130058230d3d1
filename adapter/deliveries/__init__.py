"""What goes out: each action of the outbox is carried out on its system."""
