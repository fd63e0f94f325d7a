"""The register of erasures, and the right to erase, which administrators have."""

import django.db.models.deletion
import partnership.models.fields
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def give_right(apps, schema_editor):
    # Permissions are else made only after all migrations; here one is needed in one.
    config = apps.get_app_config("partnership")
    config.models_module = True  # else it is taken for an app without models
    create_permissions(config, apps=apps, verbosity=0)
    found = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="partnership", codename="erase_personal_data"
    )
    for role in apps.get_model("auth", "Group").objects.filter(name="Administrator"):
        role.permissions.add(*found)


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0021_rights_of_the_desk'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='made at')),
                ('made_by_name', partnership.models.fields.LineField(blank=True, max_length=150, verbose_name='name of who made it')),
                ('note', partnership.models.fields.LineField(max_length=300, verbose_name='public note')),
                ('generation', models.PositiveBigIntegerField(default=0, verbose_name='generation since which the words are gone')),
                ('edition', models.ForeignKey(help_text='None if no reader ever saw the words.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.edition', verbose_name='edition')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
                'ordering': ('-pk',),
                'permissions': [('erase_personal_data', 'Can erase personal data from entries and their history')],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='erasure_note_filled', violation_error_message='Fill in “note”: it may not be empty.')],
            },
        ),
        migrations.RunPython(give_right, migrations.RunPython.noop),
    ]
