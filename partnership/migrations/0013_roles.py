"""The four roles of staff, as groups: what each may do beside the one before it."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ENTRIES = (
    "term", "area", "source", "party",
    "event", "programme", "exercise", "fund", "operation", "contribution", "standing",
    "relation",
)
READ_TOO = ("alias", "edition", "revision")


def permissions(actions, models):
    return [f"{action}_{model}" for action in actions for model in models]


VIEWER = permissions(["view"], (*ENTRIES, *READ_TOO))
EDITOR = [*VIEWER, *permissions(["add", "change", "delete"], ENTRIES)]
PUBLISHER = [*EDITOR, "publish_entries", *permissions(["add", "change", "delete"], ["alias"])]
ADMINISTRATOR = [
    *PUBLISHER,
    "publish_own",
    *permissions(["view", "add", "change", "delete"], ["remit", "user", "group"]),
]
ROLES = {
    "Viewer": VIEWER,
    "Editor": EDITOR,
    "Publisher": PUBLISHER,
    "Administrator": ADMINISTRATOR,
}


def make_roles(apps, schema_editor):
    # Permissions are else made only after all migrations; here they are needed in one.
    for label in ("partnership", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True  # else it is taken for an app without models
        create_permissions(config, apps=apps, verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        role, _new = Group.objects.get_or_create(name=name)
        found = Permission.objects.filter(
            content_type__app_label__in=("partnership", "auth"), codename__in=codenames
        )
        role.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0012_review_and_remits"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
