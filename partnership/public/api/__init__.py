"""The read API: the lists of the site and their entries as JSON, described by an OpenAPI document.

`kinds` says what there is, by the pages that show it; `reading` fetches entries with what belongs to them, `items` says
in which shape they are told, `keyset` cuts lists into pages; `views` answer, `problems` refuse. `parameters` tells what a
list may be asked, to `schema`, which writes the document, and to `page`, which explains the API to people.
"""
