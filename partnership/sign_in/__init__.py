"""How staff sign in: the second factor, how long a session lasts, what a password may be, and what the log hears of it."""
