"""Numbers and units as both languages write them."""

from time import process_time

import pytest

from rollcall.quantities import Answers, Quantity, has_digits, quantities
from rollcall.units import units_in


def one(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5 秒", "5s"),
        ("５秒", "5 seconds"),
        ("5 秒", "five seconds"),
        ("五秒", "5-second"),
        ("两小时", "2 hours"),
        ("半小时", "30 minutes"),
        ("half an hour", "30 分钟"),
        ("1 小时", "an hour"),
        ("24 小时", "1 day"),
        ("7 天", "one week"),
        ("1 个季度", "3 months"),
        ("10 万", "100,000"),
        ("十万", "100,000"),
        ("1.5 万", "15000"),
        ("a thousand", "1000"),
        ("2 亿", "200 million"),
        ("6 兆", "6000 kbit/s"),
        ("2 Mbps", "2 Mbit/s"),
        ("900 MB", "0.9 GB"),
        ("30 帧", "30 fps"),
        ("三成", "30%"),
        ("30 %", "30 percent"),
        ("第 4", "4th"),
        ("04:20", "4:20"),
        ("12 个工作日", "12 business days"),
        ("7×24 小时", "24/7"),
        ("SHA-256", "sha-256"),
        ("2026 年", "2026"),
    ],
)
def test_the_same(left: str, right: str) -> None:
    assert one(left).same_as(one(right))
    assert one(right).same_as(one(left))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5 秒", "5 minutes"),
        ("5 s", "6 s"),
        ("5 ms", "5 s"),
        ("5 个工作日", "5 days"),
        ("1 MB", "1 MiB"),
        ("10 万", "10,000"),
        ("1080p", "1080"),
        ("3xx", "4xx"),
        ("0.10", "0.1"),
        ("6.3.3", "6.3.4"),
        ("127.0.0.1", "127.0.0.2"),
        ("16 周岁", "16 weeks"),
    ],
)
def test_not_the_same(left: str, right: str) -> None:
    assert not one(left).same_as(one(right))


def test_a_number_may_take_a_unit_from_elsewhere_in_its_text() -> None:
    three, five = quantities("3 to 5 s")
    assert three.same_as(one("3 秒"))
    assert three.same_as(one("3"))
    assert five.readings == (("5", "s"),)
    assert one("Day 1").same_as(one("1 天"))
    (bare,) = quantities("1", header="Time (s)")
    assert bare.same_as(one("1 秒"))
    assert not bare.same_as(one("1 分钟"))
    assert not one("it's 1").same_as(one("1 秒"))


def test_words_and_names_ask_for_nothing_of_their_own() -> None:
    assert Answers([]).hold(one("两秒"))
    assert Answers([one("MP4")]).hold(one("H.264"))
    assert not Answers([one("H.265")]).hold(one("H.264"))
    assert not Answers([one("6"), one("七")]).hold(one("5"))
    assert Answers([one("6"), one("五")]).hold(one("5"))
    assert [item.written for item in quantities("十几个，几十个，an apple, the key")] == [
        "十",
        "十",
    ]


def test_units_of_a_header() -> None:
    assert [unit.dimension for unit in units_in("时长（秒）")] == ["s"]
    assert [unit.dimension for unit in units_in("Size (B)")] == ["B"]
    assert list(units_in("A header that's plain")) == []


@pytest.mark.parametrize("part", ["1,111", "1.", "a-", "一", "9", "1 s ", "A1", "百万"])
def test_hostile_text_costs_no_more_than_its_length(part: str) -> None:
    text = part * (100_000 // len(part))
    start = process_time()
    assert has_digits(text) or quantities(text) is not None
    quantities(text)
    assert process_time() - start < 20
