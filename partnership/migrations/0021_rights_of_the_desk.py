"""What the roles may do with bundles, merges and links."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEWER = ["view_bundle", "view_merge", "view_linkcheck"]
EDITOR = [*VIEWER, "add_bundle", "change_bundle", "delete_bundle"]
ROLES = {"Viewer": VIEWER, "Editor": EDITOR, "Publisher": EDITOR, "Administrator": EDITOR}


def give_rights(apps, schema_editor):
    # Permissions are else made only after all migrations; here they are needed in one.
    config = apps.get_app_config("partnership")
    config.models_module = True  # else it is taken for an app without models
    create_permissions(config, apps=apps, verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        found = Permission.objects.filter(content_type__app_label="partnership", codename__in=codenames)
        for role in Group.objects.filter(name=name):
            role.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("partnership", "0020_of_each_account")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
