import django.db.models.deletion
import partnership.models.fields
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

ROLES = ("Editor", "Publisher", "Administrator")


def give_right(apps, schema_editor):
    """Whoever writes entries may upload them: what is uploaded goes through review like anything else."""
    # Permissions are else made only after all migrations; here they are needed in one.
    config = apps.get_app_config("partnership")
    config.models_module = True  # else it is taken for an app without models
    create_permissions(config, apps=apps, verbosity=0)
    right = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="partnership", codename="upload_entries"
    )
    for role in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        role.permissions.add(right)


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0014_approved'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='made at')),
                ('made_by_name', partnership.models.fields.LineField(max_length=150, verbose_name='name of who made it')),
                ('file_name', partnership.models.fields.LineField(max_length=200, verbose_name='name of the file')),
                ('holds', models.CharField(help_text='`bundle`, or the kind whose table it is.', max_length=20, verbose_name='what it holds')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the file')),
                ('content', models.BinaryField(blank=True, verbose_name='content')),
                ('at_once', models.BooleanField(default=False, verbose_name='published at once')),
                ('note', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='what it is about')),
                ('state', models.CharField(choices=[('checked', 'Checked, not brought in'), ('refused', 'Has errors'), ('applied', 'Brought in'), ('undone', 'Undone')], max_length=10, verbose_name='state')),
                ('generation', models.PositiveBigIntegerField(default=0, verbose_name='generation at which it was checked')),
                ('totals', models.JSONField(blank=True, default=dict, verbose_name='how many of each kind')),
                ('entries', models.JSONField(blank=True, default=list, verbose_name='what it does to each entry')),
                ('aliases', models.JSONField(blank=True, default=list, verbose_name='what it does to old addresses')),
                ('problems', models.JSONField(blank=True, default=list, verbose_name='what is wrong with it')),
                ('problem_count', models.PositiveIntegerField(default=0, verbose_name='how much is wrong with it')),
                ('applied_at', partnership.models.fields.SecondsField(null=True, verbose_name='brought in at')),
                ('undone_at', partnership.models.fields.SecondsField(null=True, verbose_name='undone at')),
                ('undone_by_name', partnership.models.fields.LineField(blank=True, max_length=150, verbose_name='name of who undid it')),
                ('outcome', models.JSONField(blank=True, default=list, verbose_name='what undoing did')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.edition', verbose_name='edition')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'upload',
                'verbose_name_plural': 'uploads',
                'ordering': ('-pk',),
                'permissions': [('upload_entries', 'Can upload files of entries')],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['checked', 'refused', 'applied', 'undone'])), name='upload_state_known', violation_error_message='Choose one of the known values for “state”: checked, refused, applied, undone.')],
            },
        ),
        migrations.RunPython(give_right, migrations.RunPython.noop),
    ]
