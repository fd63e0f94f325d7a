import django.db.models.deletion
import partnership.dates
import partnership.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0008_standings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', partnership.models.fields.SlugField(help_text='The lasting address of the page, in small letters, digits and hyphens: nato-madrid-summit-2022. It never changes.', max_length=80, unique=True, verbose_name='address')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('withdrawn_reason', partnership.models.fields.ProseField(blank=True, editable=False, help_text='Public: readers of the old address see it.', verbose_name='reason for withdrawal')),
                ('first_published', partnership.models.fields.SecondsField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('changed', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, editable=False, verbose_name='changed')),
                ('since', models.PositiveIntegerField(default=0, editable=False, help_text='The edition from which the content stands as it is; 0 is what was loaded at first.', verbose_name='since edition')),
                ('staff_note', partnership.models.fields.ProseField(blank=True, help_text='Never public: reminders, doubts, whom to ask.', verbose_name='note for staff')),
                ('lede', partnership.models.fields.ProseField(blank=True, help_text='One or two sentences that say what the relation is. Markdown, own words.', verbose_name='lede')),
                ('language', models.CharField(default='en', max_length=35, verbose_name='language')),
                ('as_of', models.DateField(blank=True, help_text='The day for which the account holds: that of its main source.', null=True, verbose_name='as of')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='reviewed on')),
                ('archived_reason', partnership.models.fields.LineField(blank=True, help_text='If the account is kept but no longer maintained.', max_length=300, verbose_name='archived because')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations_kept', to='partnership.party', verbose_name='organisation')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations', to='partnership.party', verbose_name='party')),
            ],
            options={
                'verbose_name': 'relation',
                'verbose_name_plural': 'relations',
                'ordering': ('slug',),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RelationCitation',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('supports', models.CharField(blank=True, help_text='Empty: the whole entry. Else a field, such as date, or the key of a row below.', max_length=161, verbose_name='supports')),
                ('stance', models.CharField(choices=[('supports', 'Supports'), ('contradicts', 'Contradicts'), ('no-longer-states', 'No longer states'), ('unconfirmed', 'Does not confirm')], default='supports', help_text='Contradicts: it says otherwise. No longer states: a later edition left it out without denying it.', max_length=17, verbose_name='stance')),
                ('locator', partnership.models.fields.LineField(blank=True, help_text='Section, page or paragraph: “Political dialogue”.', max_length=200, verbose_name='where in it')),
                ('value_stated', partnership.models.fields.LineField(blank=True, help_text='What this source gives, if sources differ.', max_length=300, verbose_name='value as stated')),
                ('note', partnership.models.fields.ProseField(blank=True, help_text='Public.', verbose_name='note')),
                ('relation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='partnership.relation')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='partnership.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'citation',
                'verbose_name_plural': 'citations',
                'ordering': ('position', 'key'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CoverageCheck',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('kind', models.CharField(choices=[('event', 'Event'), ('programme', 'Programme'), ('exercise', 'Exercise'), ('fund', 'Fund'), ('operation', 'Operation'), ('contribution', 'Contribution'), ('standing', 'Standing')], help_text='What was looked for.', max_length=12, verbose_name='kind of record')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('checked_on', models.DateField(verbose_name='checked on')),
                ('found', models.BooleanField(default=False, verbose_name='found something')),
                ('relation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverage_checks', to='partnership.relation')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='coverage_checks', to='partnership.source', verbose_name='source searched')),
            ],
            options={
                'verbose_name': 'coverage check',
                'verbose_name_plural': 'coverage checks',
                'ordering': ('position', 'key'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('text', partnership.models.fields.ProseField(help_text='Own words, Markdown; link the records it rests on: [the summit](event:nato-madrid-summit-2022).', verbose_name='text')),
                ('date', partnership.dates.EDTFField(help_text='If the statement itself is dated.', verbose_name='date')),
                ('date_stated', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='date as stated')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='partnership.area', verbose_name='area')),
                ('relation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='partnership.relation')),
                ('section', models.ForeignKey(limit_choices_to={'vocabulary': 'section'}, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.term', verbose_name='section')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ('position', 'key'),
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9][a-z0-9-]{0,79}\\Z')), name='relation_slug_shape', violation_error_message='Write the address in small letters without accents, digits and hyphens, at most 80 of them, for example nato-madrid-summit-2022.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='relation_status_known', violation_error_message='Choose one of the known values for “status”: draft, published, withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='relation_withdrawn_reason_given', violation_error_message='Say why the entry is withdrawn: readers of its address see it.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('first_published__isnull', False), _connector='OR'), name='relation_first_published_set', violation_error_message='An entry that is or was public says when it first became so.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('language__regex', '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\\Z')), name='relation_language_shape', violation_error_message='Write the language as a code, for example en, fr or pt-BR.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(fields=('organisation', 'party'), name='relation_one_a_pair', violation_error_message='There is already a relation of this organisation with this party: edit that.'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('organisation', models.F('party')), _negated=True), name='relation_two_parties', violation_error_message='A relation is with another party: choose two different ones.'),
        ),
        migrations.AddConstraint(
            model_name='relationcitation',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='relationcitation_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='relationcitation',
            constraint=models.CheckConstraint(condition=models.Q(('stance__in', ['supports', 'contradicts', 'no-longer-states', 'unconfirmed'])), name='relationcitation_stance_known', violation_error_message='Choose one of the known values for “stance”: supports, contradicts, no-longer-states, unconfirmed.'),
        ),
        migrations.AddConstraint(
            model_name='coveragecheck',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='coveragecheck_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='coveragecheck',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['event', 'programme', 'exercise', 'fund', 'operation', 'contribution', 'standing'])), name='coveragecheck_kind_known', violation_error_message='Choose one of the known values for “kind”: event, programme, exercise, fund, operation, contribution, standing.'),
        ),
        migrations.AddConstraint(
            model_name='coveragecheck',
            constraint=models.CheckConstraint(condition=models.Q(('year__gte', 1), ('year__lte', 9999)), name='coveragecheck_year_plausible', violation_error_message='Write the year with four digits, for example 2024.'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='statement_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='statement_text_filled', violation_error_message='Fill in “text”: it may not be empty.'),
        ),
    ]
