import django.db.models.deletion
import partnership.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '__first__'),
        ('partnership', '0009_relations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('published_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='published at')),
                ('note', partnership.models.fields.LineField(blank=True, max_length=300, verbose_name='note')),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'ordering': ('-number',),
            },
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(help_text='kind:slug, for example party:swaziland.', max_length=100, unique=True, verbose_name='old address')),
                ('target', models.CharField(help_text='kind:slug of the entry as it is now, for example party:eswatini.', max_length=100, verbose_name='leads to')),
            ],
            options={
                'verbose_name': 'alias',
                'verbose_name_plural': 'aliases',
                'ordering': ('address',),
                'constraints': [models.CheckConstraint(condition=models.Q(('address__regex', '^[a-z]+:[a-z0-9][a-z0-9-]{0,79}\\Z')), name='alias_address_shape', violation_error_message='Write kind and address, for example event:nato-madrid-summit-2022.'), models.CheckConstraint(condition=models.Q(('target__regex', '^[a-z]+:[a-z0-9][a-z0-9-]{0,79}\\Z')), name='alias_target_shape', violation_error_message='Write kind and address, for example event:nato-madrid-summit-2022.'), models.CheckConstraint(condition=models.Q(('address', models.F('target')), _negated=True), name='alias_leads_elsewhere', violation_error_message='An alias leads to another address than its own.')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.CharField(help_text='kind:slug', max_length=100, verbose_name='entry')),
                ('document', models.JSONField(verbose_name='document')),
                ('schema', models.PositiveSmallIntegerField(verbose_name='schema')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('base_digest', models.CharField(blank=True, max_length=64, verbose_name='digest it started from')),
                ('state', models.CharField(choices=[('pending', 'Being edited'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('discarded', 'Discarded')], default='pending', max_length=10, verbose_name='state')),
                ('nature', models.CharField(choices=[('world', 'The world changed'), ('correction', 'A correction: the register was wrong'), ('wording', 'Wording only')], default='world', max_length=10, verbose_name='nature')),
                ('reason', partnership.models.fields.ProseField(blank=True, verbose_name='reason')),
                ('made_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='made at')),
                ('made_by_name', partnership.models.fields.LineField(blank=True, help_text='Kept when the account leaves.', max_length=150, verbose_name='name of who made it')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='partnership.edition', verbose_name='edition')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ('-made_at', '-pk'),
                'indexes': [models.Index(fields=['entry', '-made_at'], name='revision_of_entry')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'submitted', 'returned', 'scheduled', 'published', 'discarded'])), name='revision_state_known', violation_error_message='Choose one of the known values for “state”: pending, submitted, returned, scheduled, published, discarded.'), models.CheckConstraint(condition=models.Q(('nature__in', ['world', 'correction', 'wording'])), name='revision_nature_known', violation_error_message='Choose one of the known values for “nature”: world, correction, wording.'), models.CheckConstraint(condition=models.Q(('entry__regex', '^[a-z]+:[a-z0-9][a-z0-9-]{0,79}\\Z')), name='revision_entry_shape', violation_error_message='Write kind and address, for example event:nato-madrid-summit-2022.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('edition__isnull', False), _connector='OR'), name='revision_published_in_edition', violation_error_message='A published revision belongs to an edition.')],
            },
        ),
    ]
