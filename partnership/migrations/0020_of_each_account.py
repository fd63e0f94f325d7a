import django.db.models.deletion
import partnership.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0019_paragraphs_and_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_email', models.BooleanField(default=True, verbose_name='by e-mail, once a day')),
                ('feed_digest', models.CharField(blank=True, max_length=64, verbose_name='digest of the token of its feed')),
                ('sent_at', partnership.models.fields.SecondsField(null=True, verbose_name='last sent at')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'choice of notices',
                'verbose_name_plural': 'choices of notices',
                'ordering': ('pk',),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='OpenForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='As in `event:slug`.', max_length=15, verbose_name='kind')),
                ('number', models.PositiveBigIntegerField(verbose_name='number of the entry')),
                ('seen_at', partnership.models.fields.SecondsField(default=partnership.models.fields.whole_second, verbose_name='last seen')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'open form',
                'verbose_name_plural': 'open forms',
                'ordering': ('kind', 'number', 'pk'),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SavedList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(help_text='partnership.event', max_length=100, verbose_name='list of')),
                ('name', partnership.models.fields.LineField(max_length=80, verbose_name='name')),
                ('query', models.CharField(help_text='The parameters of the list, in order.', max_length=2000, verbose_name='query')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'saved list',
                'verbose_name_plural': 'saved lists',
                'ordering': ('name', 'pk'),
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='openform',
            constraint=models.UniqueConstraint(fields=('kind', 'number', 'account'), name='openform_once'),
        ),
        migrations.AddConstraint(
            model_name='savedlist',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='savedlist_name_filled', violation_error_message='Fill in “name”: it may not be empty.'),
        ),
        migrations.AddConstraint(
            model_name='savedlist',
            constraint=models.UniqueConstraint(fields=('account', 'model', 'name'), name='savedlist_name_once', violation_error_message='You have a list of this name already.'),
        ),
    ]
