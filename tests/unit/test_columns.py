"""Tables kept as one numpy file a column."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.casefile.columns import has_table, read_table, write_table
from tomoshibi.messages import TomoshibiError

TEXT = st.text(alphabet=st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)), max_size=12)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.tuples(TEXT, st.floats(allow_infinity=False), st.integers(-(2**31), 2**31 - 1)), max_size=20))
def test_what_is_written_is_what_is_read(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("table")
    table = pd.DataFrame(rows, columns=["name", "value", "count"])
    table = table.astype({"name": object, "value": "float64", "count": "int64"}).reset_index(drop=True)
    write_table(folder, table)
    assert has_table(folder)
    # pandas 3 reads texts as `str`, earlier ones as objects
    pd.testing.assert_frame_equal(read_table(folder).astype({"name": object}), table)


def test_times_and_blank_texts_survive_and_a_missing_text_is_blank(tmp_path):
    table = pd.DataFrame({"at": np.array(["2024-01-01T05:46", "NaT"], "M8[s]"), "name": ["避難所", None]})
    write_table(tmp_path, table)
    read = read_table(tmp_path)
    assert read["name"].tolist() == ["避難所", ""]
    assert read["at"].isna().tolist() == [False, True]


def test_only_the_columns_asked_for_are_read_in_the_order_asked_for(tmp_path):
    write_table(tmp_path, pd.DataFrame({"a": [1], "b": [2], "c": [3]}))
    assert list(read_table(tmp_path, ["c", "a"]).columns) == ["c", "a"]


def test_a_column_that_is_not_there_is_named(tmp_path):
    write_table(tmp_path, pd.DataFrame({"a": [1]}))
    with pytest.raises(TomoshibiError, match="lat"):
        read_table(tmp_path, ["lat"])


def test_a_table_cut_short_is_noticed(tmp_path):
    write_table(tmp_path, pd.DataFrame({"a": [1, 2], "b": [1, 2]}))
    np.save(tmp_path / "c01.npy", np.array([1]))
    with pytest.raises(TomoshibiError, match="not written to its end"):
        read_table(tmp_path)


def test_a_table_whose_writing_is_ended_anywhere_is_the_old_one(tmp_path, monkeypatch):
    from tomoshibi.casefile import columns

    old, new = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), pd.DataFrame({"a": [3], "b": ["z"], "c": [4]})
    write_table(tmp_path, old)
    real = columns.np.save
    for left in range(len(new.columns)):
        calls = iter([real] * left)

        def torn(stream, array, allow_pickle, calls=calls):
            keep = next(calls, None)
            if keep is None:
                raise OSError(28, "No space left on device")
            keep(stream, array, allow_pickle=allow_pickle)

        monkeypatch.setattr(columns.np, "save", torn)
        with pytest.raises(OSError, match="No space"):
            write_table(tmp_path, new)
        assert read_table(tmp_path).to_dict("list") == old.to_dict("list")
    monkeypatch.setattr(columns.np, "save", real)
    for table in (new, old, new):
        write_table(tmp_path, table)
        assert read_table(tmp_path).to_dict("list") == table.to_dict("list")
        assert len(list(tmp_path.iterdir())) == len(table.columns) + 1


def test_a_time_that_no_calendar_has_is_told_and_a_missing_one_is_none(tmp_path):
    times = pd.to_datetime(pd.Series(["2026-01-20 06:00:00", None]))
    write_table(tmp_path, pd.DataFrame({"at": times}))
    assert read_table(tmp_path)["at"].isna().tolist() == [False, True]
    path = next(tmp_path.glob("*.npy"))
    stored = np.load(path).astype("datetime64[s]")
    stored[0] = np.datetime64(1 << 56, "s")
    np.save(path, stored)
    with pytest.raises(TomoshibiError, match="not written to its end"):
        read_table(tmp_path)
    np.save(path, np.full(2, np.datetime64("NaT"), "datetime64[s]"))
    assert read_table(tmp_path)["at"].isna().all()
