"""Small servers that answer as the recorded systems do: for the demo, the tests and trying out."""
