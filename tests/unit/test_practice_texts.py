"""Numbers and days as bytes: also of nobody, which numpy 2 refuses by itself."""

from __future__ import annotations

import numpy as np
from tomoshibi.practice.texts import without_dashes, zero_filled


def test_numbers_have_zeros_in_front():
    assert zero_filled(np.array([0, 7, 123]), 5).tolist() == [b"00000", b"00007", b"00123"]


def test_days_lose_their_dashes():
    days = np.array(["2026-01-19", "2025-12-31"], dtype="datetime64[D]")
    assert without_dashes(days).tolist() == [b"20260119", b"20251231"]


def test_of_nothing_there_is_nothing():
    assert zero_filled(np.zeros(0, dtype=int), 6).dtype == "S6"
    assert without_dashes(np.zeros(0, dtype="datetime64[D]")).dtype == "S8"
