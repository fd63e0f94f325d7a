"""The second factors of an account: what opens, how often, and who may do without."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnership.sign_in import factors
from partnership.sign_in.factors import FactorRefused, LastFactor, TooMany, TooSoon
from tests.editorial.test_in_parallel import at_once
from tests.sign_in.accounts import account, code_of, with_app, wrong_code_of


@pytest.fixture
def emiko(db):
    return account("emiko")


def rest(device):
    """Let the time pass that a device wants between wrong codes."""
    type(device).objects.filter(pk=device.pk).update(
        throttling_failure_timestamp=timezone.now() - timedelta(days=1)
    )


def test_a_code_of_an_app_opens_once(emiko):
    app = with_app(emiko)
    code = code_of(app)
    assert factors.check_code(emiko, f" {code[:3]} {code[3:]} ") == app
    assert factors.check_code(emiko, code) is None


def test_a_wrong_code_makes_wait_longer_each_time_and_a_right_one_ends_it(emiko):
    app = with_app(emiko)
    assert factors.check_code(emiko, wrong_code_of(app)) is None
    with pytest.raises(TooSoon):
        factors.check_code(emiko, code_of(app))
    rest(app)
    assert factors.check_code(emiko, code_of(app)) == app
    app.refresh_from_db()
    assert app.throttling_failure_count == 0


def test_a_code_of_one_app_is_no_wrong_code_of_another(emiko):
    first, second = with_app(emiko, "Old telephone"), with_app(emiko, "Telephone")
    assert factors.check_code(emiko, code_of(second)) == second
    first.refresh_from_db()
    assert first.throttling_failure_count == 0


@pytest.mark.parametrize(
    "odd", ["", " ", "1", "12345678901234567890123456789012", "１２３４５６", "a\x00b", "-" * 30, "²³"]
)
def test_odd_codes_are_wrong(emiko, odd):
    with_app(emiko)
    factors.make_codes(emiko)
    assert factors.check_code(emiko, odd) is None


def test_nobody_signs_in_with_what_belongs_to_another(emiko):
    other = account("oscar")
    app = with_app(other)
    codes = factors.make_codes(other)
    with_app(emiko)
    factors.make_codes(emiko)
    assert factors.check_code(emiko, code_of(app)) is None
    assert factors.check_code(emiko, codes[0]) is None


def test_a_recovery_code_opens_once_however_it_is_written(emiko):
    with_app(emiko)
    codes = factors.make_codes(emiko)
    assert len(set(codes)) == factors.HOW_MANY_CODES
    assert factors.check_code(emiko, codes[0].upper().replace("-", " "))
    assert factors.check_code(emiko, codes[0]) is None
    assert factors.factors_of(emiko).codes == factors.HOW_MANY_CODES - 1


def test_the_database_holds_no_recovery_code(emiko):
    with_app(emiko)
    codes = {code.replace("-", "") for code in factors.make_codes(emiko)}
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == len(codes)
    assert not codes & {token.lower() for token in kept}
    assert factors.check_code(emiko, next(iter(kept))) is None, "what is kept opens nothing"


def test_new_recovery_codes_void_those_before(emiko):
    with_app(emiko)
    old = factors.make_codes(emiko)
    new = factors.make_codes(emiko)
    assert factors.check_code(emiko, new[0])
    assert factors.check_code(emiko, old[0]) is None
    assert StaticDevice.objects.count() == 1


def test_recovery_codes_stand_in_for_something(emiko):
    with pytest.raises(FactorRefused):
        factors.make_codes(emiko)


def test_an_app_counts_once_it_has_shown_a_code_and_that_code_opens_nothing_more(emiko):
    left = factors.begin_app(emiko, "Left")
    app = factors.begin_app(emiko, "Telephone")
    assert not TOTPDevice.objects.filter(pk=left.pk).exists()
    assert not factors.factors_of(emiko).is_any
    assert factors.check_code(emiko, code_of(app)) is None
    assert not factors.confirm_app(app, wrong_code_of(app))
    with pytest.raises(TooSoon):
        factors.confirm_app(app, code_of(app))
    rest(app)
    code = code_of(app)
    assert factors.confirm_app(app, code)
    assert factors.factors_of(emiko).devices == [app]
    assert factors.check_code(emiko, code) is None
    assert not factors.confirm_app(app, code_of(app, 1)), "it is confirmed already"


def test_the_last_factor_stays_where_one_is_needed(emiko):
    first, second = with_app(emiko), with_app(emiko, "Tablet")
    factors.make_codes(emiko)
    factors.remove(first, is_needed=True)
    with pytest.raises(LastFactor):
        factors.remove(second, is_needed=True)
    assert factors.factors_of(emiko).codes
    factors.remove(second, is_needed=False)
    assert not factors.factors_of(emiko).is_any


def test_there_is_a_bound_to_how_many_there_may_be(emiko):
    for number in range(factors.MOST):
        with_app(emiko, f"Telephone {number}")
    with pytest.raises(TooMany):
        factors.begin_app(emiko, "One more")


def test_a_reset_takes_all_of_one_account(emiko):
    with_app(emiko)
    factors.make_codes(emiko)
    factors.begin_app(emiko, "Begun")
    other = with_app(account("oscar"))
    assert factors.reset(emiko) == 3
    assert not factors.factors_of(emiko).is_any
    assert factors.factors_of(other.user).devices == [other]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared_database")
def test_of_six_who_send_one_code_at_once_one_comes_in():
    person = account("emiko")
    app = with_app(person)
    recovery = factors.make_codes(person)[0]

    def send(code):
        def act():
            try:
                return factors.check_code(person, code)
            except TooSoon:
                return None

        return act

    code = code_of(app)
    assert sum(bool(each) for each in at_once(*[send(code)] * 6)) == 1
    assert sum(bool(each) for each in at_once(*[send(recovery)] * 6)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared_database")
def test_of_two_who_remove_the_last_two_at_once_one_is_refused():
    person = account("emiko")

    def away(device):
        def act():
            try:
                factors.remove(device, is_needed=True)
            except LastFactor:
                return "refused"
            return "removed"

        return act

    found = at_once(away(with_app(person)), away(with_app(person, "Tablet")))
    assert sorted(found) == ["refused", "removed"]
