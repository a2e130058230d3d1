"""Training requests that people enter in the LMS: taken over, answered there, kept here (P2)."""
