from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnership', '0013_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='revision',
            name='approved',
            field=models.JSONField(blank=True, default=dict, help_text='The digests of all that becomes public with it, by entry.', verbose_name='what was approved'),
        ),
    ]
