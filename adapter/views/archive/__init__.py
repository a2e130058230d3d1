"""What goes to the agency's archive with its metadata (MDTO), and what is destroyed of it."""
