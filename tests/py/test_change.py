"""pyhelpers/change: decimal amounts, greedy change, and the fewest coins against brute force."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyhelpers.change.currencies import CURRENCIES, format_amount, parse_amount, round_cash
from pyhelpers.change.solvers import counterexample, greedy_change, remainders
from pyhelpers.change.till import AMOUNT_LIMIT, Till

US = (25, 10, 5, 1)
DOLLAR = CURRENCIES["USD"]
NEVER = 10**9


def pay(amount: str) -> tuple[int, ...]:
    """Pay an amount in quarters, dimes, nickels and pennies, as the chapter does."""
    counts = Till(US).greedy(parse_amount(amount, DOLLAR)).counts
    assert counts is not None
    return tuple(counts.values())


# The chapter's eight unit tests, by what they check: each coin alone, mixes, and a second call.
def test_a_quarter_is_one_quarter() -> None:
    assert pay("0.25") == (1, 0, 0, 0)


def test_a_dime_is_one_dime() -> None:
    assert pay("0.10") == (0, 1, 0, 0)


def test_a_nickel_is_one_nickel() -> None:
    assert pay("0.05") == (0, 0, 1, 0)


def test_a_penny_is_one_penny() -> None:
    assert pay("0.01") == (0, 0, 0, 1)


def test_the_chapters_amount_is_five_quarters_a_nickel_and_four_pennies() -> None:
    assert pay("1.34") == (5, 0, 1, 4)


def test_forty_one_cents_take_one_of_each() -> None:
    assert pay("0.41") == (1, 1, 1, 1)


def test_the_remainder_after_each_coin_is_what_is_left_to_pay() -> None:
    counts = Till(US).greedy(134).counts
    assert counts is not None
    assert remainders(134, counts) == [9, 9, 4, 0]


def test_a_second_call_answers_the_same() -> None:
    till = Till(US)
    assert till.greedy(134) == till.greedy(134)
    assert till.fewest(134) == till.fewest(134)


def test_no_amount_up_to_a_hundred_dollars_loses_a_cent() -> None:
    lost = 0
    for cents in range(10_001):
        written = str(Decimal(cents) / 100)
        quarters, dimes, nickels, pennies = pay(written)
        assert 25 * quarters + 10 * dimes + 5 * nickels + pennies == cents
        assert (dimes * 10 + nickels * 5 + pennies < 25) and nickels < 2 and pennies < 5
        lost += int(float(written) * 100) != cents
    assert lost == 573  # what the chapter's float arithmetic gets wrong: the test has teeth


@pytest.mark.parametrize("text", ["", ".", "--1", "1e3", "nan", "inf", "٣", "$1", "1.3.4"])
def test_only_a_plain_decimal_number_is_an_amount(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        parse_amount(text, DOLLAR)


def test_a_fraction_of_the_smallest_unit_is_refused_not_rounded() -> None:
    with pytest.raises(ValueError, match="more decimals than USD's 2"):
        parse_amount("1.345", DOLLAR)
    assert parse_amount("1.3400", DOLLAR) == 134
    with pytest.raises(ValueError, match="more decimals than JPY's 0"):
        parse_amount("1.5", CURRENCIES["JPY"])
    assert parse_amount("1.005", CURRENCIES["KWD"]) == 1005


@given(st.integers(0, 10**20), st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_that_is_formatted_and_parsed_is_the_same(units: int, code: str) -> None:
    currency = CURRENCIES[code]
    text = format_amount(units, currency)
    assert Decimal(text).scaleb(currency.digits) == units
    assert parse_amount(text, currency) == units


@given(st.integers(0, 10**15), st.integers(1, 1000))
def test_cash_is_rounded_as_decimal_rounds_half_up(units: int, step: int) -> None:
    expected = (Decimal(units) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    assert round_cash(units, step) == expected


def test_every_currency_has_the_decimals_of_iso_4217() -> None:
    from iso4217 import Currency

    for code, currency in CURRENCIES.items():
        assert currency.digits == (Currency(code).exponent or 0)


def test_every_till_is_in_order_and_pays_any_rounded_amount() -> None:
    for currency in CURRENCIES.values():
        values = currency.coins + currency.notes
        assert list(values) == sorted(set(values))
        assert not values or values[0] == currency.cash_step
        assert all(value % currency.cash_step == 0 for value in values)
        assert set(currency.names) <= set(values)


def brute_fewest(coins: Sequence[int], stock: Mapping[int, int], limit: int) -> list[int]:
    """Return the fewest coins for each amount up to a limit, one coin after the other."""
    best = [0] + [NEVER] * limit
    for coin in coins:
        if coin in stock:
            for _ in range(stock[coin]):
                for amount in range(limit, coin - 1, -1):
                    best[amount] = min(best[amount], best[amount - coin] + 1)
        else:
            for amount in range(coin, limit + 1):
                best[amount] = min(best[amount], best[amount - coin] + 1)
    return best


systems = st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True)


@settings(deadline=None)
@given(systems)
def test_pearsons_test_finds_the_smallest_amount_that_greedy_gets_wrong(coins: list[int]) -> None:
    coins = sorted({1, *coins}, reverse=True)
    # Kozen and Zaks (1994): a smallest counterexample is below the sum of the two largest coins.
    limit = sum(coins[:2])
    best = brute_fewest(coins, {}, limit)
    wrong = [
        amount
        for amount in range(limit + 1)
        if sum((greedy_change(amount, coins, {}) or {}).values()) > best[amount]
    ]
    assert counterexample(coins) == min(wrong, default=None)


def test_us_coins_are_canonical_and_without_nickels_thirty_cents_are_not() -> None:
    assert Till(US).canonical
    till = Till(US, {5: 0})
    assert (till.canonical, till.counterexample) == (False, 30)
    assert (till.greedy(30).number, till.fewest(30).number) == (6, 3)


@pytest.mark.parametrize("code", sorted(set(CURRENCIES) - {"XXX"}))
def test_greedy_is_right_for_every_currencys_coins_and_notes(code: str) -> None:
    currency = CURRENCIES[code]
    coins = [value // currency.coins[0] for value in currency.coins + currency.notes]
    coins = sorted((coin for coin in coins if coin <= 2000), reverse=True)
    best = brute_fewest(coins, {}, sum(coins[:2]))
    for amount, fewest in enumerate(best):
        assert sum((greedy_change(amount, coins, {}) or {}).values()) == fewest
    assert Till(currency.coins + currency.notes).canonical


@settings(deadline=None, max_examples=200)
@given(
    systems,
    st.dictionaries(st.integers(0, 5), st.integers(0, 6), max_size=3),
    st.sampled_from([1, 5, 50]),
    st.booleans(),
)
def test_the_fewest_coins_are_those_of_brute_force(
    coins: list[int], limited: dict[int, int], unit: int, reduced: bool
) -> None:
    stock = {coins[place]: n for place, n in limited.items() if place < len(coins)}
    best = brute_fewest(coins, stock, 300)
    in_units = {coin * unit: n for coin, n in stock.items()}
    with pytest.MonkeyPatch.context() as patch:
        if reduced:  # by certain coins, whatever the amount
            patch.setattr("pyhelpers.change.till.SMALL", 0)
        till = Till([coin * unit for coin in coins], in_units)
        for amount in range(0, 301, 7):
            check(till, in_units, amount * unit, best[amount])


@settings(deadline=None, max_examples=40)
@given(systems, st.lists(st.integers(0, 60), min_size=1, max_size=3), st.integers(0, 1000))
def test_a_large_amount_from_a_limited_till_takes_the_fewest_coins_of_brute_force(
    coins: list[int], counts: list[int], first: int
) -> None:
    coins.sort(reverse=True)
    stock = dict(zip(coins, counts, strict=False))  # the largest run out
    best = brute_fewest(coins, stock, 3000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pyhelpers.change.till.SMALL", 0)
        till = Till(coins, stock)
        for amount in range(first, 3001, 97):
            check(till, stock, amount, best[amount])


def check(till: Till, stock: Mapping[int, int], amount: int, fewest: int) -> None:
    answer = till.fewest(amount)
    assert answer.proved
    assert answer.number == (fewest if fewest < NEVER else None)
    if answer.counts is not None:
        assert sum(coin * count for coin, count in answer.counts.items()) == amount
        assert all(count <= stock.get(coin, NEVER) for coin, count in answer.counts.items())


@settings(deadline=None)
@given(systems, st.dictionaries(st.integers(0, 5), st.integers(0, 3), max_size=6))
def test_an_amount_that_cannot_be_paid_has_nearest_ones_that_can(
    coins: list[int], limited: dict[int, int]
) -> None:
    stock = {coins[place]: n for place, n in limited.items() if place < len(coins)}
    best = brute_fewest(coins, stock, 1000)  # six coins to 40, three of each, come to 720 at most
    payable = [amount for amount, fewest in enumerate(best) if fewest < NEVER]
    till = Till(coins, stock)
    for amount in range(0, 400, 13):
        if best[amount] == NEVER:
            near = min(abs(amount - other) for other in payable)
            assert abs(till.nearest(amount)[0] - amount) == near
            assert set(till.nearest(amount)) <= set(payable)


def test_a_large_amount_of_awkward_coins_is_proved() -> None:
    coins = (997, 991, 13, 1)
    best = brute_fewest(coins, {}, 1_200_000)
    for amount in (994_009, 1_000_003, 1_199_999):
        answer = Till(coins).fewest(amount + 997 * 10**9)
        assert answer.proved
        assert answer.number == best[amount] + 10**9


def test_a_till_short_of_coins_is_exact_at_a_million_dollars() -> None:
    coins = (10_000, 5000, 2000, 1000, 500, 100, 25, 10, 5, 1)
    answer = Till(coins, {2000: 0, 25: 3}).fewest(123_456_789)
    # 12,345 hundreds; 67.89 is 50 + 10 + 5 + 1 + 1, three quarters, a dime, four pennies.
    assert answer.proved
    assert answer.number == 12_345 + 5 + 3 + 1 + 4


def test_above_the_limits_there_is_a_bound_and_no_proof() -> None:
    coins = (10**9 + 9, 10**9 + 7, 1)
    answer = Till(coins).fewest(10**12)
    assert not answer.proved
    assert str(AMOUNT_LIMIT) in answer.reason
    assert answer.number is not None and answer.least == 1000
    assert sum(coin * count for coin, count in (answer.counts or {}).items()) == 10**12


def test_a_large_coin_beside_small_ones_is_proved_by_what_the_small_ones_cost() -> None:
    large, amount = 9_999_991, 10**12
    most = amount // large
    ways = (
        (most - less) + sevens + rest // 11
        for less in range(200)
        for sevens in range(11)
        if (rest := amount - large * (most - less) - 7 * sevens) >= 0 and rest % 11 == 0
    )
    answer = Till((large, 11, 7)).fewest(amount)
    assert answer.proved
    assert answer.number == min(ways)


def test_a_refund_is_below_zero_and_a_decimal_comma_is_named() -> None:
    assert parse_amount("-1.34", CURRENCIES["USD"]) == -134
    assert format_amount(-5, CURRENCIES["USD"]) == "-0.05"
    with pytest.raises(ValueError, match="'1,34' has a comma"):
        parse_amount("1,34", CURRENCIES["USD"])
