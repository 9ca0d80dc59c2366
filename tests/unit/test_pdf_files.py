"""A PDF that a full disk cut short is not taken for a sheet."""

from __future__ import annotations

import pytest
from tomoshibi.files import is_whole_pdf

WHOLE = b"%PDF-1.4\n" + b"x" * 5000 + b"\nstartxref\n5\n%%EOF\n"


@pytest.mark.parametrize("kept", [0, 1, 500, 5000, len(WHOLE) - 7])
def test_a_pdf_cut_short_is_not_whole(tmp_path, kept):
    (tmp_path / "sheet.pdf").write_bytes(WHOLE[:kept])
    assert not is_whole_pdf(tmp_path / "sheet.pdf")


def test_a_pdf_written_to_its_end_is_whole(tmp_path):
    (tmp_path / "sheet.pdf").write_bytes(WHOLE)
    assert is_whole_pdf(tmp_path / "sheet.pdf") and not is_whole_pdf(tmp_path / "none.pdf")
