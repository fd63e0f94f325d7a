from django.db import migrations

import partnership.models.fields
from partnership import text


# FTS5 beside the index, reading its columns from there ("external content"); the documented triggers keep it.
SQLITE = (
    """
    CREATE VIRTUAL TABLE partnership_indexwords USING fts5(
        names, words, content='partnership_indexentry', content_rowid='id', prefix='2 3', tokenize='unicode61 remove_diacritics 0'
    )
    """,
    "INSERT INTO partnership_indexwords(partnership_indexwords) VALUES ('rebuild')",
    """
    CREATE TRIGGER partnership_indexwords_insert AFTER INSERT ON partnership_indexentry BEGIN
        INSERT INTO partnership_indexwords(rowid, names, words) VALUES (new.id, new.names, new.words);
    END
    """,
    """
    CREATE TRIGGER partnership_indexwords_delete AFTER DELETE ON partnership_indexentry BEGIN
        INSERT INTO partnership_indexwords(partnership_indexwords, rowid, names, words)
        VALUES ('delete', old.id, old.names, old.words);
    END
    """,
    """
    CREATE TRIGGER partnership_indexwords_update AFTER UPDATE OF names, words ON partnership_indexentry BEGIN
        INSERT INTO partnership_indexwords(partnership_indexwords, rowid, names, words)
        VALUES ('delete', old.id, old.names, old.words);
        INSERT INTO partnership_indexwords(rowid, names, words) VALUES (new.id, new.names, new.words);
    END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER partnership_indexwords_insert",
    "DROP TRIGGER partnership_indexwords_delete",
    "DROP TRIGGER partnership_indexwords_update",
    "DROP TABLE partnership_indexwords",
)
POSTGRESQL = (
    """
    ALTER TABLE partnership_indexentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple'::regconfig, names), 'A') || setweight(to_tsvector('simple'::regconfig, words), 'B')
    ) STORED
    """,
    "CREATE INDEX indexentry_vector ON partnership_indexentry USING gin (vector)",
)
POSTGRESQL_BACK = ("ALTER TABLE partnership_indexentry DROP COLUMN vector",)


def fill(apps, schema_editor):
    """Cut the texts of what is indexed into words; `manage.py refresh` also brings back their capitals and accents."""
    rows = apps.get_model("partnership", "IndexEntry").objects
    for row in rows.order_by("pk").iterator():
        names, words = (" ".join(text.tokens(value)) for value in (row.title, row.text))
        rows.filter(pk=row.pk).update(names=names, words=words)


def nothing(apps, schema_editor):
    """The way back drops the columns."""


def make(apps, schema_editor):
    """Let the database index the words."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    """Drop what `make` made."""
    for statement in POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0015_uploads'),
    ]

    operations = [
        migrations.AddField(
            model_name='indexentry',
            name='names',
            field=partnership.models.fields.ProseField(default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='indexentry',
            name='words',
            field=partnership.models.fields.ProseField(default=''),
            preserve_default=False,
        ),
        migrations.RunPython(fill, nothing),
        migrations.RunPython(make, unmake),
    ]
