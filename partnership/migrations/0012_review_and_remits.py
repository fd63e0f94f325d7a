import django.db.models.deletion
import partnership.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0011_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Remit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'remit',
                'verbose_name_plural': 'remits',
                'ordering': ('pk',),
            },
        ),
        migrations.AlterModelOptions(
            name='revision',
            options={'ordering': ('-made_at', '-pk'), 'permissions': [('publish_entries', 'Can review, publish and withdraw entries'), ('publish_own', 'Can publish own work, with a reason')], 'verbose_name': 'revision', 'verbose_name_plural': 'revisions'},
        ),
        migrations.RemoveConstraint(
            model_name='revision',
            name='revision_state_known',
        ),
        migrations.AddField(
            model_name='revision',
            name='overridden',
            field=models.BooleanField(default=False, verbose_name='published without a second person'),
        ),
        migrations.AddField(
            model_name='revision',
            name='previous',
            field=models.ForeignKey(help_text='The revision that was open when this one was saved.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnership.revision', verbose_name='continues'),
        ),
        migrations.AddField(
            model_name='revision',
            name='publish_at',
            field=partnership.models.fields.SecondsField(blank=True, help_text='Not before this moment. Empty: on approval.', null=True, verbose_name='publish at'),
        ),
        migrations.AddField(
            model_name='revision',
            name='review_note',
            field=partnership.models.fields.ProseField(blank=True, help_text='Why it was sent back, or why it was published without a second person.', verbose_name='note of the review'),
        ),
        migrations.AddField(
            model_name='revision',
            name='reviewed_at',
            field=partnership.models.fields.SecondsField(null=True, verbose_name='reviewed at'),
        ),
        migrations.AddField(
            model_name='revision',
            name='reviewed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by'),
        ),
        migrations.AddField(
            model_name='revision',
            name='reviewed_by_name',
            field=partnership.models.fields.LineField(blank=True, max_length=150, verbose_name='name of who reviewed it'),
        ),
        migrations.AddField(
            model_name='revision',
            name='sources_confirmed',
            field=models.BooleanField(default=False, verbose_name='sources confirmed'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='state',
            field=models.CharField(choices=[('pending', 'Being edited'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('superseded', 'Saved over'), ('discarded', 'Discarded'), ('deleted', 'Deleted draft')], default='pending', max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'submitted', 'returned', 'scheduled', 'published', 'superseded', 'discarded', 'deleted'])), name='revision_state_known', violation_error_message='Choose one of the known values for “state”: pending, submitted, returned, scheduled, published, superseded, discarded, deleted.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('pending', 'submitted', 'returned', 'scheduled'))), fields=('entry',), name='revision_one_open', violation_error_message='Another revision of the entry is open.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('review_note', ''), _negated=True), _connector='OR'), name='revision_returned_with_reason', violation_error_message='Say why it is sent back.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('overridden', False), models.Q(('review_note', ''), _negated=True), _connector='OR'), name='revision_overridden_with_reason', violation_error_message='Say why it is published without a second person.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('publish_at__isnull', False), _connector='OR'), name='revision_scheduled_for_a_time', violation_error_message='What is scheduled says for when.'),
        ),
        migrations.AddField(
            model_name='remit',
            name='account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='remit', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddField(
            model_name='remit',
            name='parties',
            field=models.ManyToManyField(help_text='The account may change entries about these parties, about those under them and about the members of these groups and regions; and areas, sources and words, which belong to all.', related_name='+', to='partnership.party', verbose_name='parties and regions'),
        ),
    ]
