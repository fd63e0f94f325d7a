"""Files in and out: fixture export and load."""
