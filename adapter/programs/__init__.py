"""What a person or the system starts: commands, the worker, its jobs, the demo."""
