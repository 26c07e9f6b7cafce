"""The draw is the same for everybody, gives each stratum its share, and never sends whoever is bound."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuangwen.inspections import pools
from chuangwen.inspections.drawing import (
    Bar,
    Constraint,
    Drawn,
    ImpossibleError,
    InspectorRow,
    Lack,
    Pool,
    Seat,
    UnitRow,
    commitment_of,
    lacks_of,
    run,
    seed_of,
    shares,
    strata_of,
)

SEED = seed_of("0f" * 32, "03 11 19 22 27 31 + 08")
SCHOOLS = [
    UnitRow(f"S{n:03}", "990101", ("education",), "schools", points=("1", "2", "3")) for n in range(60)
]
CLINICS = [UnitRow(f"C{n:03}", "990102", ("health",), "clinics") for n in range(30)]
BUREAU = UnitRow("B001", "9901", ("education", "health"), "bureaus", seat=True)
INSPECTORS = tuple(
    InspectorRow(code, leads, seats, last)
    for code, leads, seats, last in [
        ("i1", True, (Seat("X1", "990103", ("transport",)),), ("S000", "S001")),
        ("i2", True, (), ()),
        ("i3", False, (Seat("S002", "990101", ("education",)),), ()),
        ("i4", False, (), ()),
        ("i5", True, (), ("C000",)),
    ]
)
POOL = Pool(12, (*SCHOOLS, *CLINICS, BUREAU), INSPECTORS, points=2)

rows = st.builds(
    UnitRow,
    st.text(min_size=1, max_size=6),
    st.sampled_from(["9901", "990101", "990102"]),
    st.sampled_from([(), ("education",), ("education", "health")]),
    st.sampled_from(["schools", "clinics"]),
    st.booleans(),
    st.integers(1, 9),
    st.lists(st.text(min_size=1, max_size=3), max_size=3, unique=True).map(lambda p: tuple(sorted(p))),
)
inspectors = st.builds(
    InspectorRow,
    st.text(min_size=1, max_size=3),
    st.booleans(),
    st.lists(
        st.builds(Seat, st.text(max_size=3), st.just("990103"), st.just(()), st.booleans()), max_size=1
    ).map(tuple),
    st.lists(st.text(min_size=1, max_size=3), max_size=2, unique=True).map(lambda p: tuple(sorted(p))),
)


def by_code(row):
    return row.code


@given(
    st.lists(rows, min_size=1, max_size=25, unique_by=by_code),
    st.lists(inspectors, min_size=2, max_size=5, unique_by=by_code),
    st.integers(0, 25),
    st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_the_order_of_a_pool_does_not_matter_and_whoever_reads_its_text_draws_the_same(
    units, people, wanted, chance
):
    pool = Pool(wanted, tuple(units), tuple(people))
    text = pools.written(pool)
    chance.shuffle(units)
    chance.shuffle(people)
    mixed = Pool(wanted, tuple(units), tuple(people))
    assert pools.written(mixed) == text
    assert pools.written(pools.read(text)) == text
    if lacks_of(pool):
        assert lacks_of(mixed) == lacks_of(pool)
        return
    drawn = run(pool, SEED)
    assert run(mixed, SEED) == run(pools.read(text), SEED) == drawn
    assert len({one.unit for one in drawn}) == len(drawn) == wanted
    assert pools.result_of(pools.result_text(drawn)) == drawn


@given(
    st.dictionaries(
        st.text(max_size=3), st.tuples(st.integers(1, 40), st.integers(1, 9)), min_size=1, max_size=12
    ),
    st.integers(0, 100),
    st.text(max_size=8),
)
def test_each_stratum_gives_its_share_rounded_up_or_down_and_never_more_than_it_has(sizes, percent, seed):
    strata = {name: (units, units * weight) for name, (units, weight) in sizes.items()}
    all_units = sum(units for units, _lots in strata.values())
    wanted = all_units * percent // 100
    given_by = shares(strata, wanted, seed)
    assert sum(given_by.values()) == wanted
    assert all(0 <= given_by[name] <= units for name, (units, _lots) in strata.items())
    if len({weight for _units, weight in sizes.values()}) == 1:
        for name, (units, _lots) in strata.items():
            assert units * wanted // all_units <= given_by[name] <= -(-units * wanted // all_units)


def test_a_stratum_of_one_has_its_chance_and_the_strata_take_turns():
    """Of 51 units 5 are wanted: the fifty give 4 or 5, the one is drawn in about one of ten."""
    strata = {"many": (50, 50), "one": (1, 1)}
    times = Counter(shares(strata, 5, f"seed {n}")["one"] for n in range(1000))
    assert 60 <= times[1] <= 140


def test_lots_raise_the_chance_inside_a_stratum_and_between_strata():
    heavy = [row._replace(weight=3) for row in SCHOOLS[:20]]
    pool = Pool(10, (*heavy, *SCHOOLS[20:]), INSPECTORS)
    times = Counter(int(one.unit[1:]) < 20 for n in range(200) for one in run(pool, f"{n}"))
    # A third of the units, with six tenths of the lots; a unit is drawn once, so a little less than that.
    assert 0.52 < times[True] / 2000 < 0.60
    assert shares({"light": (50, 50), "heavy": (50, 150)}, 20, SEED) == {"light": 5, "heavy": 15}
    assert shares({"light": (50, 50), "heavy": (2, 18)}, 20, SEED) == {"light": 18, "heavy": 2}


def test_this_draw_never_changes():
    """What a city has drawn must come out the same in every later version.

    printf 'SEED\\tunit\\tA\\t1' | sha256sum gives d8…, of B 4b… and for its second lot 06…: so B is drawn.
    """
    small = Pool(1, (UnitRow("A", "9901", (), "p"), UnitRow("B", "9901", (), "p", weight=2)), INSPECTORS[1:4])
    assert run(small, "SEED") == [Drawn("B", (), ("i2", "i3"))]
    assert (
        pools.hash_of(pools.written(small))
        == "8929c35b5f2ba7c38a56fab94428c90b4266bc26eb30f138fae0c90af1296025"
    )
    assert commitment_of("示例") == "0d53f08678d8101b0c7e5053b30224fc671c55051770ba18207435ead7ad37bd"
    assert seed_of("示例", "1") == "a75c04b036466e921ddcd59d102ff5ea62daf25b1e867ac4bf2d5d79ad5c3a7b"


def test_another_value_gives_another_draw():
    assert run(POOL, seed_of("0f" * 32, "03 11 19 22 27 31 + 09")) != run(POOL, SEED)


def test_teams_rotate_and_are_free_and_led_by_whoever_may_lead():
    drawn = run(replace(POOL, wanted=60), SEED)
    loads = Counter(code for one in drawn for code in one.team)
    pairs = Counter(frozenset(one.team) for one in drawn)
    assert all(len(set(one.team)) == 2 and one.team[0] in {"i1", "i2", "i5"} for one in drawn)
    # i3 is of the schools' system, so goes to clinics only.
    assert all("i3" not in one.team for one in drawn if one.unit[0] != "C")
    assert max(loads.values()) - min(loads[code] for code in ("i1", "i2", "i4", "i5")) <= 1
    assert len(pairs) >= 8
    assert not {"S000", "S001"} & {one.unit for one in drawn if "i1" in one.team}
    assert not {"C000"} & {one.unit for one in drawn if "i5" in one.team}
    assert all(len(one.points) == 2 for one in drawn if one.unit[0] == "S")


def test_everybody_goes_with_everybody_as_often():
    free = tuple(InspectorRow(f"f{n}") for n in range(4))
    for seed in ("a", "b", "c"):
        pairs = Counter(frozenset(one.team) for one in run(Pool(30, tuple(CLINICS), free), seed))
        assert set(pairs.values()) == {5}, seed


@pytest.mark.parametrize(
    ("pool", "lack"),
    [
        (replace(POOL, wanted=92), Lack(Constraint.UNITS, 91, 92)),
        (
            replace(POOL, inspectors=INSPECTORS[:3], units=tuple(SCHOOLS[:1]), wanted=1),
            Lack(Constraint.TEAM, 1, 2, "S000", {Bar.SYSTEM: 1, Bar.AGAIN: 1}),
        ),
        (
            replace(POOL, inspectors=INSPECTORS[1:3], units=tuple(SCHOOLS[2:3]), wanted=1),
            Lack(Constraint.TEAM, 1, 2, "S002", {Bar.OWN: 1}),
        ),
        (
            replace(POOL, inspectors=INSPECTORS[2:4], units=tuple(CLINICS[:1]), wanted=1),
            Lack(Constraint.LEADER, 0, 1, "C000"),
        ),
        (
            Pool(
                1,
                (BUREAU,),
                (
                    InspectorRow("a", seats=(Seat("Z", "99", (), over=True),)),
                    InspectorRow("b", seats=(Seat("Y", "990101"),)),
                ),
            ),
            Lack(Constraint.TEAM, 0, 2, "B001", {Bar.SUPERIOR: 1, Bar.SUBORDINATE: 1}),
        ),
    ],
    ids=["units", "system and again", "own", "leader", "over and under"],
)
def test_what_cannot_be_met_is_named_and_nothing_is_drawn(pool, lack):
    assert lacks_of(pool) == [lack]
    with pytest.raises(ImpossibleError) as refused:
        run(pool, SEED)
    assert refused.value.lacks == (lack,)


def test_a_pool_without_a_lack_is_drawn_with_any_seed():
    assert lacks_of(POOL) == []
    assert all(len(run(POOL, f"{n}")) == 12 for n in range(50))


def test_strata_are_territory_systems_and_peer_group():
    assert {name: len(rows) for name, rows in strata_of(POOL.units).items()} == {
        ("990101", "education", "schools"): 60,
        ("990102", "health", "clinics"): 30,
        ("9901", "education+health", "bureaus"): 1,
    }


def test_names_with_what_parts_names_come_back_as_they_were():
    odd = UnitRow("A\tB,C;D:E+F%2C", "9901", (), "p", points=("1,2", "3"))
    pool = Pool(1, (odd,), (InspectorRow("a"), InspectorRow("b", seats=(Seat("x;y", "99", ("s", "t")),))))
    assert pools.read(pools.written(pool)) == pool


GOOD = pools.written(POOL)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        GOOD.replace(b"draw\t1", b"draw\t2", 1),
        GOOD.replace(b"wanted\t12", b"wanted\ttwelve"),
        GOOD.replace(b"wanted\t12\n", b""),
        GOOD.replace(b"wanted\t12\n", b"wanted\t12\nwanted\t12\n"),
        GOOD.replace(b"S001", b"S999", 1),
        GOOD.replace(b"\t0\t1\t", b"\t0\t10\t", 1),
        GOOD.replace(b"\t0\t1\t", b"\t2\t1\t", 1),
        GOOD + b"\n",
        GOOD.replace(b"unit\tB001", b"unit\tC000", 1),
        GOOD[:-1],
        GOOD.replace(b"unit\t", b"town\t", 1),
        GOOD.replace(b"unit\tS", b"unit\t\xff", 1),
        GOOD.replace(b"i2\t1", b"i2", 1),
    ],
)
def test_a_text_that_is_no_pool_is_refused(text):
    assert text != GOOD
    with pytest.raises(pools.PoolError):
        pools.read(text)


def test_where_two_results_part_is_told():
    drawn = run(POOL, SEED)
    assert pools.difference(drawn, drawn) is None
    assert pools.difference(drawn, drawn[:-1]) == (12, drawn[-1], None)
    other = replace(drawn[3], team=drawn[3].team[::-1])
    assert pools.difference([*drawn[:3], other, *drawn[4:]], drawn) == (4, other, drawn[3])
    with pytest.raises(pools.PoolError):
        pools.result_of(b"S001\n")
