import django.core.validators
import django.db.models.deletion
import partnership.dates
import partnership.models.fields
import partnership.money.currencies
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0004_exercises'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', partnership.models.fields.SlugField(help_text='The lasting address of the page, in small letters, digits and hyphens: nato-madrid-summit-2022. It never changes.', max_length=80, unique=True, verbose_name='address')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('withdrawn_reason', partnership.models.fields.ProseField(blank=True, editable=False, help_text='Public: readers of the old address see it.', verbose_name='reason for withdrawal')),
                ('first_published', partnership.models.fields.SecondsField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('changed', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, editable=False, verbose_name='changed')),
                ('since', models.PositiveIntegerField(default=0, editable=False, help_text='The edition from which the content stands as it is; 0 is what was loaded at first.', verbose_name='since edition')),
                ('staff_note', partnership.models.fields.ProseField(blank=True, help_text='Never public: reminders, doubts, whom to ask.', verbose_name='note for staff')),
                ('title', partnership.models.fields.LineField(help_text='As a heading, in own words. Name the edition if there are several: “Madrid Summit 2022”.', max_length=200, verbose_name='title')),
                ('other_names', partnership.models.fields.ProseField(blank=True, help_text='Names that sources use for the same thing, one a line. Searched.', verbose_name='other names')),
                ('earliest', models.DateField(blank=True, editable=False, null=True, verbose_name='earliest day')),
                ('latest', models.DateField(blank=True, editable=False, null=True, verbose_name='latest day')),
                ('surely_from', models.DateField(blank=True, editable=False, null=True, verbose_name='surely from')),
                ('surely_to', models.DateField(blank=True, editable=False, null=True, verbose_name='surely to')),
                ('date', partnership.dates.EDTFField(help_text='As EDTF, only as exact as the source: 2022-06-29, 2022-06, 2022, 199X, 2009/2013, 2014/.. (still going on), 2014/ (end not stated), 2005~ (about), 2005? (uncertain). Empty: no date given.', verbose_name='date')),
                ('date_stated', partnership.models.fields.LineField(blank=True, help_text="The source's own words: “early 1990s”.", max_length=200, verbose_name='date as stated')),
                ('place', partnership.models.fields.LineField(blank=True, help_text='As the source states it.', max_length=200, verbose_name='place')),
                ('ordinal', models.PositiveSmallIntegerField(blank=True, help_text='17 for the “17th”. Empty: not stated. A first for one party belongs to its row below.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='number in its series')),
                ('recurrence', partnership.models.fields.LineField(blank=True, help_text="In the source's words: “regularly”, “annual”.", max_length=120, verbose_name='recurrence')),
                ('plan_state', models.CharField(choices=[('planned', 'Planned'), ('held', 'Held or in force'), ('cancelled', 'Cancelled'), ('unconfirmed', 'Unconfirmed')], default='held', help_text='Planned until a source says that it took place; unconfirmed if its day has passed without such a source.', max_length=12, verbose_name='state of the plan')),
                ('summary', partnership.models.fields.ProseField(blank=True, help_text='Own words, Markdown. Link another entry as [the summit](event:nato-madrid-summit-2022). State nothing that no source says.', verbose_name='summary')),
                ('language', models.CharField(default='en', help_text='In which the title and summary are written.', max_length=35, verbose_name='language')),
                ('wording_note', partnership.models.fields.ProseField(blank=True, help_text='Public. Why a sensitive name or phrase is put as it is.', verbose_name='note on wording')),
                ('purpose', partnership.models.fields.ProseField(blank=True, help_text='Public, Markdown. What it pays for, in own words.', verbose_name='purpose')),
                ('areas', models.ManyToManyField(blank=True, related_name='%(class)ss', to='partnership.area', verbose_name='areas')),
                ('part_of', models.ForeignKey(blank=True, help_text='The larger thing of the same kind: the summit of a meeting, the pledge of a payment.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='partnership.fund', verbose_name='part of')),
                ('series', models.ForeignKey(blank=True, help_text='The series of which this is one edition: an exercise without a year, a regular meeting.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series_editions', to='partnership.fund', verbose_name='edition of')),
                ('organisations', models.ManyToManyField(blank=True, help_text='Whose relations this record tells; at least one before it can be public.', related_name='%(class)ss_told', to='partnership.party', verbose_name='organisations')),
            ],
            options={
                'verbose_name': 'fund',
                'verbose_name_plural': 'funds',
                'ordering': (models.OrderBy(models.F('earliest'), descending=True, nulls_last=True), 'slug'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FundCitation',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('supports', models.CharField(blank=True, help_text='Empty: the whole entry. Else a field, such as date, or the key of a row below.', max_length=161, verbose_name='supports')),
                ('stance', models.CharField(choices=[('supports', 'Supports'), ('contradicts', 'Contradicts'), ('no-longer-states', 'No longer states'), ('unconfirmed', 'Does not confirm')], default='supports', help_text='Contradicts: it says otherwise. No longer states: a later edition left it out without denying it.', max_length=17, verbose_name='stance')),
                ('locator', partnership.models.fields.LineField(blank=True, help_text='Section, page or paragraph: “Political dialogue”.', max_length=200, verbose_name='where in it')),
                ('value_stated', partnership.models.fields.LineField(blank=True, help_text='What this source gives, if sources differ.', max_length=300, verbose_name='value as stated')),
                ('note', partnership.models.fields.ProseField(blank=True, help_text='Public.', verbose_name='note')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='partnership.fund')),
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
            name='FundStep',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('date', partnership.dates.EDTFField(help_text='As EDTF: 2023-07. Empty: not stated.', verbose_name='date')),
                ('date_stated', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='date as stated')),
                ('place', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='place')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='partnership.event', verbose_name='at the event')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='partnership.fund')),
                ('kind', models.ForeignKey(limit_choices_to={'vocabulary': 'step'}, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.term', verbose_name='step')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ('position', 'key'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FundInvolvement',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('name_stated', partnership.models.fields.LineField(blank=True, help_text='If the source names the party otherwise.', max_length=200, verbose_name='name as stated')),
                ('representative', partnership.models.fields.LineField(blank=True, help_text='“Prime Minister”. A name only if the source has it.', max_length=200, verbose_name='office or person')),
                ('unit', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='unit or team')),
                ('ordinal', models.PositiveSmallIntegerField(blank=True, help_text='1 for “the first time”, 2 for the second. Say in the next box of what it is the first.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='number of the time')),
                ('date', partnership.dates.EDTFField(help_text='If it joined or left: 2014/.., 2014/2016.', verbose_name='from and to')),
                ('date_stated', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='date as stated')),
                ('result', partnership.models.fields.LineField(blank=True, help_text='In words: what came of it for this party.', max_length=300, verbose_name='result')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='partnership.fund')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='partnership.party', verbose_name='party')),
                ('level', models.ForeignKey(blank=True, help_text='Of whoever came. Empty: not stated.', limit_choices_to={'vocabulary': 'level'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.term', verbose_name='level')),
                ('portfolio', models.ForeignKey(blank=True, help_text='Of whoever came.', limit_choices_to={'vocabulary': 'portfolio'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.term', verbose_name='portfolio')),
                ('role', models.ForeignKey(help_text='The same party in two roles is two rows. Choose “Subject” for one talked about in its absence.', limit_choices_to={'vocabulary': 'role'}, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.term', verbose_name='role')),
                ('scope', models.ForeignKey(blank=True, help_text='What is counted: NATO summits, operations of this kind …', limit_choices_to={'vocabulary': 'scope'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.term', verbose_name='counted among')),
            ],
            options={
                'verbose_name': 'party taking part',
                'verbose_name_plural': 'parties taking part',
                'ordering': ('position', 'key'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FundFigure',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, help_text='The number only: 5000000000. Empty: no amount stated. Never write zero for that.', max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='amount')),
                ('amount_upper', models.DecimalField(blank=True, decimal_places=2, help_text='Only for a range, “between 1 and 2 million”: the larger number.', max_digits=18, null=True, verbose_name='upper amount')),
                ('currency', models.CharField(blank=True, help_text='ISO 4217, for example USD; with an amount only.', max_length=3, validators=[partnership.money.currencies.validate_currency], verbose_name='currency')),
                ('qualifier', models.CharField(choices=[('exact', 'exact'), ('about', 'about'), ('nearly', 'nearly'), ('over', 'over'), ('up-to', 'up to')], default='exact', help_text='As the source puts it: “some 2 million” is about, “more than” is over.', max_length=6, verbose_name='qualifier')),
                ('per', models.CharField(choices=[('once', 'once'), ('year', 'a year')], default='once', help_text='A yearly rate is never summed; a sum that is spread over years is given once.', max_length=4, verbose_name='per')),
                ('amount_stated', partnership.models.fields.LineField(blank=True, help_text="In the source's words, conversions included.", max_length=200, verbose_name='amount as stated')),
                ('quantity', partnership.models.fields.LineField(blank=True, help_text='What cannot be summed: “hundreds of tents”.', max_length=200, verbose_name='quantity in words')),
                ('date', partnership.dates.EDTFField(help_text='As EDTF: 2014-03 or 2010/2014.', verbose_name='as of, or over')),
                ('date_stated', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='date as stated')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='partnership.fund')),
                ('kind', models.ForeignKey(limit_choices_to={'vocabulary': 'figure'}, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnership.term', verbose_name='kind of figure')),
            ],
            options={
                'verbose_name': 'figure',
                'verbose_name_plural': 'figures',
                'ordering': ('position', 'key'),
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='fund',
            index=models.Index(fields=['status', 'earliest', 'slug'], name='fund_listed'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9][a-z0-9-]{0,79}\\Z')), name='fund_slug_shape', violation_error_message='Write the address in small letters without accents, digits and hyphens, at most 80 of them, for example nato-madrid-summit-2022.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='fund_status_known', violation_error_message='Choose one of the known values for “status”: draft, published, withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='fund_withdrawn_reason_given', violation_error_message='Say why the entry is withdrawn: readers of its address see it.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('first_published__isnull', False), _connector='OR'), name='fund_first_published_set', violation_error_message='An entry that is or was public says when it first became so.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='fund_title_filled', violation_error_message='Fill in “title”: it may not be empty.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('plan_state__in', ['planned', 'held', 'cancelled', 'unconfirmed'])), name='fund_plan_state_known', violation_error_message='Choose one of the known values for “plan_state”: planned, held, cancelled, unconfirmed.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('language__regex', '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\\Z')), name='fund_language_shape', violation_error_message='Write the language as a code, for example en, fr or pt-BR.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('series__isnull', True), models.Q(('series', models.F('id')), _negated=True), _connector='OR'), name='fund_series_not_itself', violation_error_message='“series” may not be the entry itself: choose another one.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('part_of__isnull', True), models.Q(('part_of', models.F('id')), _negated=True), _connector='OR'), name='fund_part_of_not_itself', violation_error_message='“part_of” may not be the entry itself: choose another one.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('earliest__isnull', True), ('latest__isnull', True), ('earliest__lte', models.F('latest')), _connector='OR'), name='fund_bounds_in_order', violation_error_message='The date ends before it begins: write the earlier day first.'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('ordinal__isnull', True), ('ordinal__gte', 1), _connector='OR'), name='fund_ordinal_from_one', violation_error_message='Numbers in a series start at 1; leave it empty if not stated.'),
        ),
        migrations.AddConstraint(
            model_name='fundcitation',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='fundcitation_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='fundcitation',
            constraint=models.CheckConstraint(condition=models.Q(('stance__in', ['supports', 'contradicts', 'no-longer-states', 'unconfirmed'])), name='fundcitation_stance_known', violation_error_message='Choose one of the known values for “stance”: supports, contradicts, no-longer-states, unconfirmed.'),
        ),
        migrations.AddConstraint(
            model_name='fundstep',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='fundstep_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='fundinvolvement',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='fundinvolvement_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='fundinvolvement',
            constraint=models.CheckConstraint(condition=models.Q(('ordinal__isnull', True), ('ordinal__gte', 1), _connector='OR'), name='fundinvolvement_ordinal_from_one', violation_error_message='Count from 1, the first time; leave it empty if not stated.'),
        ),
        migrations.AddConstraint(
            model_name='fundfigure',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='fundfigure_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='fundfigure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__isnull', True), ('currency', '')), models.Q(('amount__isnull', False), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='fundfigure_amount_with_currency', violation_error_message='Give amount and currency together, or neither if none is stated.'),
        ),
        migrations.AddConstraint(
            model_name='fundfigure',
            constraint=models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gt', 0), _connector='OR'), name='fundfigure_amount_above_zero', violation_error_message='The amount must be above zero; leave it empty if none is stated.'),
        ),
        migrations.AddConstraint(
            model_name='fundfigure',
            constraint=models.CheckConstraint(condition=models.Q(('amount_upper__isnull', True), models.Q(('amount__isnull', False), ('amount_upper__gte', models.F('amount'))), _connector='OR'), name='fundfigure_upper_not_below', violation_error_message='The upper amount needs a lower one that is not above it.'),
        ),
        migrations.AddConstraint(
            model_name='fundfigure',
            constraint=models.CheckConstraint(condition=models.Q(('currency', ''), ('currency__regex', '^[A-Z]{3}\\Z'), _connector='OR'), name='fundfigure_currency_shape', violation_error_message='Write the currency as three capital letters, for example USD.'),
        ),
        migrations.AddConstraint(
            model_name='fundfigure',
            constraint=models.CheckConstraint(condition=models.Q(('qualifier__in', ['exact', 'about', 'nearly', 'over', 'up-to'])), name='fundfigure_qualifier_known', violation_error_message='Choose one of the known values for “qualifier”: exact, about, nearly, over, up-to.'),
        ),
        migrations.AddConstraint(
            model_name='fundfigure',
            constraint=models.CheckConstraint(condition=models.Q(('per__in', ['once', 'year'])), name='fundfigure_per_known', violation_error_message='Choose one of the known values for “per”: once, year.'),
        ),
    ]
