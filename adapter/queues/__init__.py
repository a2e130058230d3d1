"""What waits: events in, actions out, jobs that are due; taken by lease, one at a time."""
