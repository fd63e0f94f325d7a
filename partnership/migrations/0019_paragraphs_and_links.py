import partnership.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0018_merges'),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, unique=True, verbose_name='web address')),
                ('checked_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='checked at')),
                ('outcome', models.CharField(choices=[('answers', 'Answers'), ('moved', 'Has moved'), ('gone', 'Is gone'), ('fails', 'Does not answer'), ('unasked', 'May not be asked')], max_length=10, verbose_name='outcome')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='status')),
                ('told', partnership.models.fields.LineField(blank=True, help_text='Where it moved to, or the fault.', max_length=500, verbose_name='what was told')),
                ('failing_since', partnership.models.fields.SecondsField(null=True, verbose_name='failing since')),
            ],
            options={
                'verbose_name': 'check of a link',
                'verbose_name_plural': 'checks of links',
                'ordering': ('url',),
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['answers', 'moved', 'gone', 'fails', 'unasked'])), name='linkcheck_outcome_known', violation_error_message='Choose one of the known values for “outcome”: answers, moved, gone, fails, unasked.')],
            },
        ),
        migrations.CreateModel(
            name='Paragraph',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='Its address here.', max_length=80, verbose_name='source')),
                ('label', partnership.models.fields.LineField(help_text='As the source numbers it: “12”, “3 (b)”. It is what a citation names.', max_length=40, verbose_name='number')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('text', partnership.models.fields.ProseField(blank=True, help_text='For staff only: nobody else sees it.', verbose_name='text')),
                ('set_aside', partnership.models.fields.LineField(blank=True, help_text='Why nothing of it is recorded. Empty: it is still to be looked at.', max_length=200, verbose_name='set aside because')),
            ],
            options={
                'verbose_name': 'paragraph',
                'verbose_name_plural': 'paragraphs',
                'ordering': ('source', 'position', 'pk'),
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='paragraph_label_filled', violation_error_message='Fill in “label”: it may not be empty.'), models.UniqueConstraint(fields=('source', 'label'), name='paragraph_label_once', violation_error_message='The source has a paragraph of this number already.')],
            },
        ),
    ]
