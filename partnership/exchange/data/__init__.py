"""Whole files of the public register for those who work with data, and where they are kept.

`database` writes the SQLite file, `package` the tables and their description, `iati` the file of activities; `contents`
says which files a build makes, and `store` builds, keeps and finds them.
"""
