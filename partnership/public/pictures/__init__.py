"""Pictures of what the register holds: what is told is computed in one file, where it is drawn in another.

A picture is drawn on the server as SVG without script, says in its title what there is to see, and stands over a table of
the same numbers. Places along it are shares of its width: so it fits any screen, and its words keep their size.
"""
