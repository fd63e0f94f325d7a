"""`manage.py check_register`: whether every public entry keeps the rules."""

from django.core.management.base import BaseCommand, CommandError

from partnership.editorial.check import register_problems


class Command(BaseCommand):
    """Names every public entry that breaks a rule, the field, and what to do; exits 1 if there is one."""

    help = "Check every public entry against the rules; names entry, field and what to do, and exits 1 on a problem."

    def handle(self, *args, **options):
        count = 0
        for line in register_problems():
            self.stdout.write(line)
            count += 1
        message = "1 problem" if count == 1 else f"{count} problems"
        if count:
            raise CommandError(message)
        self.stdout.write(message)
