import django.db.models.deletion
import partnership.dates
import partnership.models.fields
import partnership.models.party
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', partnership.models.fields.SlugField(help_text='The lasting address of the page, in small letters, digits and hyphens: nato-madrid-summit-2022. It never changes.', max_length=80, unique=True, verbose_name='address')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('withdrawn_reason', partnership.models.fields.ProseField(blank=True, editable=False, help_text='Public: readers of the old address see it.', verbose_name='reason for withdrawal')),
                ('first_published', partnership.models.fields.SecondsField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('changed', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, editable=False, verbose_name='changed')),
                ('since', models.PositiveIntegerField(default=0, editable=False, help_text='The edition from which the content stands as it is; 0 is what was loaded at first.', verbose_name='since edition')),
                ('staff_note', partnership.models.fields.ProseField(blank=True, help_text='Never public: reminders, doubts, whom to ask.', verbose_name='note for staff')),
                ('name', partnership.models.fields.LineField(max_length=160, verbose_name='name')),
                ('synonyms', partnership.models.fields.ProseField(blank=True, help_text='Other names sources use for the same area, one a line. All are searched.', verbose_name='synonyms')),
                ('scope_note', partnership.models.fields.ProseField(blank=True, help_text='What belongs to the area and what does not. Public, Markdown.', verbose_name='scope note')),
            ],
            options={
                'verbose_name': 'area',
                'verbose_name_plural': 'areas',
                'ordering': ('name',),
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9][a-z0-9-]{0,79}\\Z')), name='area_slug_shape', violation_error_message='Write the address in small letters without accents, digits and hyphens, at most 80 of them, for example nato-madrid-summit-2022.'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='area_status_known', violation_error_message='Choose one of the known values for “status”: draft, published, withdrawn.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='area_withdrawn_reason_given', violation_error_message='Say why the entry is withdrawn: readers of its address see it.'), models.CheckConstraint(condition=models.Q(('status', 'draft'), ('first_published__isnull', False), _connector='OR'), name='area_first_published_set', violation_error_message='An entry that is or was public says when it first became so.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='area_name_filled', violation_error_message='Fill in “name”: it may not be empty.')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', partnership.models.fields.SlugField(help_text='The lasting address of the page, in small letters, digits and hyphens: nato-madrid-summit-2022. It never changes.', max_length=80, unique=True, verbose_name='address')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('withdrawn_reason', partnership.models.fields.ProseField(blank=True, editable=False, help_text='Public: readers of the old address see it.', verbose_name='reason for withdrawal')),
                ('first_published', partnership.models.fields.SecondsField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('changed', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, editable=False, verbose_name='changed')),
                ('since', models.PositiveIntegerField(default=0, editable=False, help_text='The edition from which the content stands as it is; 0 is what was loaded at first.', verbose_name='since edition')),
                ('staff_note', partnership.models.fields.ProseField(blank=True, help_text='Never public: reminders, doubts, whom to ask.', verbose_name='note for staff')),
                ('kind', models.CharField(choices=[('country', 'Country'), ('territory', 'Territory'), ('organisation', 'Organisation'), ('body', 'Body or agency'), ('armed-service', 'Armed service'), ('group', 'Group'), ('region', 'Region'), ('budget', 'Budget'), ('other', 'Other')], help_text='A body is part of an organisation; a group has members but acts only through them.', max_length=15, verbose_name='kind')),
                ('name', partnership.models.fields.LineField(help_text='The name in use today; names of other times go below.', max_length=200, verbose_name='name today')),
                ('country_code', models.CharField(blank=True, help_text='ISO 3166-1 alpha-2, for example JP. Leave empty for what is not a country.', max_length=2, validators=[partnership.models.party.validate_country_code], verbose_name='country code')),
                ('existed', partnership.dates.EDTFField(help_text='From when to when, as EDTF: 1949/.. or 1955/1991. Empty: not stated.', verbose_name='existed')),
                ('note', partnership.models.fields.ProseField(blank=True, help_text='Public, Markdown. What a reader must know to tell it apart.', verbose_name='note')),
                ('follows', models.ForeignKey(blank=True, help_text='The party that this one replaced, or out of which it came.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='partnership.party', verbose_name='follows')),
                ('parent', models.ForeignKey(blank=True, help_text="A command's organisation, a service's country. A filter by the parent takes this in.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='partnership.party', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ('name', 'slug'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', partnership.models.fields.SlugField(help_text='The lasting address of the page, in small letters, digits and hyphens: nato-madrid-summit-2022. It never changes.', max_length=80, unique=True, verbose_name='address')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('withdrawn_reason', partnership.models.fields.ProseField(blank=True, editable=False, help_text='Public: readers of the old address see it.', verbose_name='reason for withdrawal')),
                ('first_published', partnership.models.fields.SecondsField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('changed', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, editable=False, verbose_name='changed')),
                ('since', models.PositiveIntegerField(default=0, editable=False, help_text='The edition from which the content stands as it is; 0 is what was loaded at first.', verbose_name='since edition')),
                ('staff_note', partnership.models.fields.ProseField(blank=True, help_text='Never public: reminders, doubts, whom to ask.', verbose_name='note for staff')),
                ('title', partnership.models.fields.LineField(help_text='As the document itself gives it.', max_length=300, verbose_name='title')),
                ('publisher', partnership.models.fields.LineField(blank=True, max_length=200, verbose_name='publisher')),
                ('url', models.URLField(blank=True, help_text='Where it was read, with https://.', max_length=500, verbose_name='web address')),
                ('language', models.CharField(default='en', max_length=35, verbose_name='language')),
                ('date', partnership.dates.EDTFField(help_text='When it was issued or last updated, as EDTF: 2024-06-03, 2024-06, 2024.', verbose_name='date')),
                ('date_stated', partnership.models.fields.LineField(blank=True, help_text="The document's own words for its date.", max_length=200, verbose_name='date as stated')),
                ('read_on', models.DateField(blank=True, null=True, verbose_name='read on')),
                ('archived_url', models.URLField(blank=True, max_length=500, verbose_name='archived copy')),
                ('edition_of', models.ForeignKey(blank=True, help_text='The document of which this is a later or earlier version.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='partnership.source', verbose_name='edition of')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ('title', 'slug'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PartyName',
            fields=[
                ('key', models.CharField(editable=False, max_length=161, primary_key=True, serialize=False, verbose_name='key')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Order on the page; equal numbers are ordered by key.', verbose_name='position')),
                ('text', partnership.models.fields.LineField(max_length=200, verbose_name='name')),
                ('language', models.CharField(default='en', max_length=35, verbose_name='language')),
                ('form', models.CharField(choices=[('official', 'Official'), ('short', 'Short'), ('former', 'Former'), ('abbreviation', 'Abbreviation'), ('search', 'For search only')], default='official', help_text='A name that no source gives is for search only: it is found but never shown.', max_length=12, verbose_name='form')),
                ('valid', partnership.dates.EDTFField(help_text='From when to when, as EDTF: ../2019 or 1991/2019-02. Empty: not stated.', verbose_name='in use')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='partnership.party')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='party_names', to='partnership.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'name',
                'verbose_name_plural': 'names',
                'ordering': ('position', 'key'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', partnership.models.fields.SlugField(help_text='The lasting address of the page, in small letters, digits and hyphens: nato-madrid-summit-2022. It never changes.', max_length=80, unique=True, verbose_name='address')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('withdrawn_reason', partnership.models.fields.ProseField(blank=True, editable=False, help_text='Public: readers of the old address see it.', verbose_name='reason for withdrawal')),
                ('first_published', partnership.models.fields.SecondsField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('changed', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, editable=False, verbose_name='changed')),
                ('since', models.PositiveIntegerField(default=0, editable=False, help_text='The edition from which the content stands as it is; 0 is what was loaded at first.', verbose_name='since edition')),
                ('staff_note', partnership.models.fields.ProseField(blank=True, help_text='Never public: reminders, doubts, whom to ask.', verbose_name='note for staff')),
                ('vocabulary', models.CharField(choices=[('event-kind', 'Kind of event'), ('programme-kind', 'Kind of programme'), ('role', 'Role in which a party takes part'), ('step', 'Kind of step'), ('standing', 'Standing of a party'), ('level', 'Level'), ('portfolio', 'Portfolio'), ('form', 'Form of a contribution'), ('figure', 'Kind of figure'), ('section', 'Section of a relation'), ('scope', 'Scope of a first'), ('link', 'Link between programmes')], help_text='The list to which the word belongs. It stays there: enter a new word for another list.', max_length=20, verbose_name='vocabulary')),
                ('label', partnership.models.fields.LineField(help_text='As readers see it, in the singular.', max_length=120, verbose_name='label')),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='Order among the words of its vocabulary.', verbose_name='order')),
                ('acts_as', models.CharField(choices=[('none', 'No special meaning'), ('begins', 'Step: begins'), ('ends', 'Step: ends'), ('member', 'Standing: member'), ('partner', 'Standing: partner'), ('acceding', 'Standing: acceding'), ('observer', 'Standing: observer'), ('host', 'Role: host or organiser'), ('takes-part', 'Role: takes part'), ('subject', 'Role: subject, without taking part'), ('lead', 'Role: lead'), ('beneficiary', 'Role: beneficiary'), ('donor', 'Role: donor'), ('executes', 'Role: executing agent'), ('supersedes', 'Link: supersedes'), ('in-kind', 'Form: in kind')], default='none', help_text='What the site does with the word. A step that begins and one that ends give a programme its dates; a role that takes part counts as attendance. If in doubt: no special meaning.', max_length=12, verbose_name='acts as')),
                ('note', partnership.models.fields.ProseField(blank=True, help_text='What the word means here, for readers.', verbose_name='note')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'ordering': ('vocabulary', 'order', 'label'),
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9][a-z0-9-]{0,79}\\Z')), name='term_slug_shape', violation_error_message='Write the address in small letters without accents, digits and hyphens, at most 80 of them, for example nato-madrid-summit-2022.'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='term_status_known', violation_error_message='Choose one of the known values for “status”: draft, published, withdrawn.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='term_withdrawn_reason_given', violation_error_message='Say why the entry is withdrawn: readers of its address see it.'), models.CheckConstraint(condition=models.Q(('status', 'draft'), ('first_published__isnull', False), _connector='OR'), name='term_first_published_set', violation_error_message='An entry that is or was public says when it first became so.'), models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='term_label_filled', violation_error_message='Fill in “label”: it may not be empty.'), models.CheckConstraint(condition=models.Q(('vocabulary__in', ['event-kind', 'programme-kind', 'role', 'step', 'standing', 'level', 'portfolio', 'form', 'figure', 'section', 'scope', 'link'])), name='term_vocabulary_known', violation_error_message='Choose one of the known values for “vocabulary”: event-kind, programme-kind, role, step, standing, level, portfolio, form, figure, section, scope, link.'), models.CheckConstraint(condition=models.Q(('acts_as__in', ['none', 'begins', 'ends', 'member', 'partner', 'acceding', 'observer', 'host', 'takes-part', 'subject', 'lead', 'beneficiary', 'donor', 'executes', 'supersedes', 'in-kind'])), name='term_acts_as_known', violation_error_message='Choose one of the known values for “acts_as”: none, begins, ends, member, partner, acceding, observer, host, takes-part, subject, lead, beneficiary, donor, executes, supersedes, in-kind.'), models.CheckConstraint(condition=models.Q(('acts_as', 'none'), models.Q(('acts_as__in', ['begins', 'ends']), ('vocabulary', 'step')), models.Q(('acts_as__in', ['member', 'partner', 'acceding', 'observer']), ('vocabulary', 'standing')), models.Q(('acts_as__in', ['host', 'takes-part', 'subject', 'lead', 'beneficiary', 'donor', 'executes']), ('vocabulary', 'role')), models.Q(('acts_as__in', ['supersedes']), ('vocabulary', 'link')), models.Q(('acts_as__in', ['in-kind']), ('vocabulary', 'form')), _connector='OR'), name='term_acts_as_fits', violation_error_message="This meaning belongs to another vocabulary: choose one that starts with this vocabulary's name, or “No special meaning”.")],
            },
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9][a-z0-9-]{0,79}\\Z')), name='party_slug_shape', violation_error_message='Write the address in small letters without accents, digits and hyphens, at most 80 of them, for example nato-madrid-summit-2022.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='party_status_known', violation_error_message='Choose one of the known values for “status”: draft, published, withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='party_withdrawn_reason_given', violation_error_message='Say why the entry is withdrawn: readers of its address see it.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('first_published__isnull', False), _connector='OR'), name='party_first_published_set', violation_error_message='An entry that is or was public says when it first became so.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='party_name_filled', violation_error_message='Fill in “name”: it may not be empty.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['country', 'territory', 'organisation', 'body', 'armed-service', 'group', 'region', 'budget', 'other'])), name='party_kind_known', violation_error_message='Choose one of the known values for “kind”: country, territory, organisation, body, armed-service, group, region, budget, other.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('country_code', ''), ('country_code__regex', '^[A-Z]{2}\\Z'), _connector='OR'), name='party_country_code_shape', violation_error_message='Write the country code as two capital letters, for example JP.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='party_parent_not_itself', violation_error_message='“parent” may not be the entry itself: choose another one.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('follows__isnull', True), models.Q(('follows', models.F('id')), _negated=True), _connector='OR'), name='party_follows_not_itself', violation_error_message='“follows” may not be the entry itself: choose another one.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9][a-z0-9-]{0,79}\\Z')), name='source_slug_shape', violation_error_message='Write the address in small letters without accents, digits and hyphens, at most 80 of them, for example nato-madrid-summit-2022.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='source_status_known', violation_error_message='Choose one of the known values for “status”: draft, published, withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='source_withdrawn_reason_given', violation_error_message='Say why the entry is withdrawn: readers of its address see it.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('first_published__isnull', False), _connector='OR'), name='source_first_published_set', violation_error_message='An entry that is or was public says when it first became so.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='source_title_filled', violation_error_message='Fill in “title”: it may not be empty.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('language__regex', '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\\Z')), name='source_language_shape', violation_error_message='Write the language as a code, for example en, fr or pt-BR.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('edition_of__isnull', True), models.Q(('edition_of', models.F('id')), _negated=True), _connector='OR'), name='source_edition_of_not_itself', violation_error_message='“edition_of” may not be the entry itself: choose another one.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('url', ''), ('url__startswith', 'https://'), ('url__startswith', 'http://'), _connector='OR'), name='source_url_is_web', violation_error_message='Write the whole web address, starting with https://.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('archived_url', ''), ('archived_url__startswith', 'https://'), ('archived_url__startswith', 'http://'), _connector='OR'), name='source_archived_url_is_web', violation_error_message='Write the whole web address, starting with https://.'),
        ),
        migrations.AddConstraint(
            model_name='partyname',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z0-9][a-z0-9-]{0,79}\\.[a-z0-9][a-z0-9-]{0,79}\\Z')), name='partyname_key_shape', violation_error_message='The key of a row is the address of its entry, a full stop and a word, for example nato-madrid-summit-2022.japan.'),
        ),
        migrations.AddConstraint(
            model_name='partyname',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='partyname_text_filled', violation_error_message='Fill in “text”: it may not be empty.'),
        ),
        migrations.AddConstraint(
            model_name='partyname',
            constraint=models.CheckConstraint(condition=models.Q(('language__regex', '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\\Z')), name='partyname_language_shape', violation_error_message='Write the language as a code, for example en, fr or pt-BR.'),
        ),
        migrations.AddConstraint(
            model_name='partyname',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['official', 'short', 'former', 'abbreviation', 'search'])), name='partyname_form_known', violation_error_message='Choose one of the known values for “form”: official, short, former, abbreviation, search.'),
        ),
    ]
