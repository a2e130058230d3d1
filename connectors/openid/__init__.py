"""OpenID Connect: what an issuer publishes, its keys, its id tokens, and the code that a browser
brings back. LTI 1.3 rests on the same tokens."""
