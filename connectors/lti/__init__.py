"""LTI 1.3, by which an LMS opens an outside tool for the person who is signed in there."""
