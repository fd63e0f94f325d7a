"""The pages on which staff sign in with a second factor, and keep what they sign in with."""
