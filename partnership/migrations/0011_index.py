import django.db.models.deletion
import partnership.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0010_editions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Generation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'generation',
                'verbose_name_plural': 'generations',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='generation_one_row', violation_error_message='There is only one generation.')],
            },
        ),
        migrations.CreateModel(
            name='IndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=15)),
                ('slug', models.CharField(max_length=80)),
                ('title', partnership.models.fields.LineField(max_length=300)),
                ('earliest', models.DateField(null=True)),
                ('latest', models.DateField(null=True)),
                ('changed', models.DateTimeField()),
                ('text', partnership.models.fields.ProseField()),
            ],
            options={
                'verbose_name': 'index row',
                'verbose_name_plural': 'index',
                'ordering': (models.OrderBy(models.F('earliest'), descending=True, nulls_last=True), 'kind', 'slug'),
                'indexes': [models.Index(fields=['-changed'], name='indexentry_changed')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'slug'), name='indexentry_one_an_entry')],
            },
        ),
        migrations.CreateModel(
            name='IndexParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('earliest', models.DateField(null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='partnership.indexentry')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnership.party')),
            ],
            options={
                'verbose_name': 'index row of a party',
                'verbose_name_plural': 'index of parties',
                'indexes': [models.Index(fields=['party', 'earliest'], name='indexparty_newest')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'party'), name='indexparty_once')],
            },
        ),
    ]
