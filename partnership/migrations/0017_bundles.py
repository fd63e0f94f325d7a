import django.db.models.deletion
import partnership.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0016_full_text'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', partnership.models.fields.LineField(help_text='For staff: “Summit day, Madrid”.', max_length=120, verbose_name='title')),
                ('note', partnership.models.fields.LineField(blank=True, help_text='Public, one sentence: what this publication is about.', max_length=300, verbose_name='note of the edition')),
                ('publish_at', partnership.models.fields.SecondsField(blank=True, help_text='The embargo, in UTC. Empty: public as soon as it is approved.', null=True, verbose_name='not public before')),
                ('state', models.CharField(choices=[('open', 'Being put together'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('scheduled', 'Scheduled'), ('published', 'Published')], default='open', max_length=10, verbose_name='state')),
                ('made_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='made at')),
                ('made_by_name', partnership.models.fields.LineField(blank=True, max_length=150, verbose_name='name of who made it')),
                ('reviewed_at', partnership.models.fields.SecondsField(null=True, verbose_name='reviewed at')),
                ('reviewed_by_name', partnership.models.fields.LineField(blank=True, max_length=150, verbose_name='name of who reviewed it')),
                ('review_note', partnership.models.fields.ProseField(blank=True, verbose_name='note of the review')),
                ('approved', models.JSONField(blank=True, default=dict, verbose_name='what was approved')),
                ('edition', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bundle', to='partnership.edition', verbose_name='edition')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by')),
            ],
            options={
                'verbose_name': 'bundle',
                'verbose_name_plural': 'bundles',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='BundleItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.CharField(help_text='kind:slug', max_length=100, verbose_name='entry')),
                ('is_done', models.BooleanField(default=False, verbose_name='published')),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='partnership.bundle', verbose_name='bundle')),
            ],
            options={
                'verbose_name': 'entry of a bundle',
                'verbose_name_plural': 'entries of a bundle',
                'ordering': ('pk',),
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='bundle_title_filled', violation_error_message='Fill in “title”: it may not be empty.'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'submitted', 'returned', 'scheduled', 'published'])), name='bundle_state_known', violation_error_message='Choose one of the known values for “state”: open, submitted, returned, scheduled, published.'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('edition__isnull', False), _connector='OR'), name='bundle_published_in_edition', violation_error_message='A published bundle belongs to an edition.'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('review_note', ''), _negated=True), _connector='OR'), name='bundle_returned_with_reason', violation_error_message='Say why it is sent back.'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('publish_at__isnull', False), _connector='OR'), name='bundle_scheduled_for_a_time', violation_error_message='What is scheduled says for when.'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.CheckConstraint(condition=models.Q(('entry__regex', '^[a-z]+:[a-z0-9][a-z0-9-]{0,79}\\Z')), name='bundleitem_entry_shape', violation_error_message='Write kind and address, for example event:nato-madrid-summit-2022.'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.UniqueConstraint(condition=models.Q(('is_done', False)), fields=('entry',), name='bundleitem_in_one_bundle', violation_error_message='The entry is in another bundle already.'),
        ),
    ]
