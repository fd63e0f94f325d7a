"""How languages write numbers, where Django's own formats differ from what their typographers ask for."""
