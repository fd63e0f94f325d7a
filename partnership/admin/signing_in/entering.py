"""The form at the door: name and password."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm


class NameAndPasswordForm(AdminAuthenticationForm):
    """That of Django's admin, which does not look for a name longer than any: the count of failures could not hold it either."""

    def clean(self) -> Any:
        """Raise ValidationError for such a name as for one that nobody has."""
        longest = getattr(self.fields["username"], "max_length", None)
        if longest is not None and len(self.cleaned_data.get("username", "")) > longest:
            raise self.get_invalid_login_error()
        return super().clean()
