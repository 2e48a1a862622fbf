"""What a rehearsal says: as a table for people, as JSON for programs."""
