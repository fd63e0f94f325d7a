import django.db.models.deletion
import partnership.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0017_bundles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept', models.CharField(help_text='kind:slug', max_length=100, verbose_name='entry that stays')),
                ('gone', models.CharField(help_text='kind:slug', max_length=100, verbose_name='entry that went into it')),
                ('before', models.JSONField(verbose_name='what the entries said before')),
                ('after', models.JSONField(verbose_name='digests of what they said after')),
                ('aliases', models.JSONField(blank=True, default=list, verbose_name='what it did to old addresses')),
                ('desk', models.JSONField(blank=True, default=dict, verbose_name='what followed at the desk')),
                ('reason', partnership.models.fields.ProseField(blank=True, verbose_name='reason')),
                ('made_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='made at')),
                ('made_by_name', partnership.models.fields.LineField(blank=True, max_length=150, verbose_name='name of who made it')),
                ('undone_at', partnership.models.fields.SecondsField(null=True, verbose_name='undone at')),
                ('undone_by_name', partnership.models.fields.LineField(blank=True, max_length=150, verbose_name='name of who undid it')),
                ('edition', models.ForeignKey(help_text='None if both were drafts.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.edition', verbose_name='edition')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'merge',
                'verbose_name_plural': 'merges',
                'ordering': ('-pk',),
                'default_permissions': ('view',),
            },
        ),
    ]
