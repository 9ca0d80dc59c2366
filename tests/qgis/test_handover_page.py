"""The page of a hand-over in real browsers: without a network, by name, by keyboard. Skipped where there is none."""

from __future__ import annotations

import pytest
from tomoshibi.layers.handover.page import page
from tomoshibi.tests.browsers import BROWSERS, Browser, Chromium
from tomoshibi.tests.handed import handover


@pytest.fixture(scope="module", params=sorted(BROWSERS))
def browser(request, tmp_path_factory):
    """A headless browser."""
    program, driver = BROWSERS[request.param]
    if not program:
        pytest.skip(f"{request.param} is not installed")
    with driver(tmp_path_factory.mktemp("browser") / "profile") as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path, qgis_app) -> Browser:
    """The page in a browser."""
    path = tmp_path / "page.html"
    path.write_text(page(handover(), []), encoding="utf-8")
    browser.open(path)
    return browser


def text_of(browser: Browser, name: str) -> str:
    return str(browser.ask(f"document.getElementById('{name}').textContent"))


def test_the_page_asks_for_nothing(opened):
    assert opened.ask("performance.getEntriesByType('resource').length") == 0
    if isinstance(opened, Chromium):
        assert [url.split(":")[0] for url in opened.requests] == ["file"]
    # and what would ask is stopped by the page's own policy
    tried = (
        "new Promise((done) => {const image = new Image(); image.onload = () => done('loaded');"
        "image.onerror = () => done('stopped'); image.src = 'http://127.0.0.1:9/x.png';})"
    )
    assert opened.ask(tried) == "stopped"


def test_a_facility_is_found_by_its_name_with_the_keyboard_alone(opened):
    opened.ask("document.getElementById('search').focus()")
    opened.press("第７小学校")
    assert text_of(opened, "count") == "1 件"
    opened.press("Enter")
    said = text_of(opened, "details")
    assert "灯第7小学校" in said
    assert "不明の理由供給地点との対応づけなし" in said
    assert "灯第7小学校" in str(opened.ask("document.activeElement.textContent"))
    assert opened.ask("document.activeElement.getAttribute('aria-current')") == "true"


def test_arrows_move_through_the_list_and_the_map(opened):
    opened.ask("document.getElementById('search').focus()")
    opened.press("ArrowDown")
    first = opened.ask("document.activeElement.dataset.row")
    opened.press("ArrowDown")
    assert opened.ask("document.activeElement.dataset.row") not in (None, first)
    before = opened.ask("window.tomoshibi.view.x")
    opened.ask("document.getElementById('map').focus()")
    opened.press("ArrowRight")
    assert opened.ask("window.tomoshibi.view.x") > before


def test_legend_counts_every_class_and_drill_time_and_terms_are_told(opened):
    legend = text_of(opened, "legend")
    for words in ("停電（応答なし） 3", "一部通電 3", "不明 3", "通電 3"):
        assert words in legend
    whole = str(opened.ask("document.body.innerText"))
    for words in (
        "訓　練",
        "データは 2024-01-03 08:00 まで",
        "利用規約 A",
        "不明の内訳（件）：供給地点との対応づけなし 3",
    ):
        assert words in whole
    assert "灯第0小学校" in whole
    opened.ask("document.querySelector('#list button[data-row=\"0\"]').click()")
    assert "位置が不明のため" in text_of(opened, "details")


def test_a_theme_that_was_not_made_says_so_over_the_map(opened):
    opened.ask("window.tomoshibi.choose('isolatedcommunities')")
    assert opened.ask("document.getElementById('absent').hidden") is False
    assert "作成されていません" in text_of(opened, "absent")
    assert "停電や孤立がないという意味ではありません" in text_of(opened, "count")
    opened.ask("window.tomoshibi.choose('meshoutage')")
    assert opened.ask("document.getElementById('absent').hidden") is True


def test_cells_stand_where_their_codes_say(opened):
    opened.ask("window.tomoshibi.choose('meshoutage')")
    inside = opened.ask(
        "(() => {const t = window.tomoshibi.data.themes.find((one) => one.id === 'meshoutage');"
        "const [west, south] = window.tomoshibi.data.origin;"
        "return t.boxes.map((b, n) => [t.codes[n], west + b[0] / 1e5, south + b[1] / 1e5]);})()"
    )
    from tomoshibi.analysis.mesh import bounds

    south, west, _, _ = bounds([code for code, _, _ in inside], 125)
    for (_, x, y), lat, lon in zip(inside, south.tolist(), west.tolist()):
        assert abs(x - lon) < 1e-5 and abs(y - lat) < 1e-5
    assert len(inside) == 40


def test_the_map_is_drawn(opened, tmp_path):
    opened.ask("window.tomoshibi.choose('meshoutage')")
    colours = opened.ask(
        "(() => {const map = document.getElementById('map'), found = new Set();"
        "const d = map.getContext('2d').getImageData(0, 0, map.width, map.height).data;"
        "for (let n = 0; n < d.length; n += 4) found.add(d[n] + ',' + d[n + 1] + ',' + d[n + 2]);"
        "return found.size;})()"
    )
    assert colours > 50
    picture = tmp_path / "page.png"
    picture.write_bytes(opened.picture())
    assert picture.stat().st_size > 10_000


def test_a_dark_ward_is_not_hidden_by_its_city(opened):
    opened.ask("document.getElementById('overlay').click()")
    opened.ask("window.tomoshibi.choose('areaoutage')")
    red = opened.ask(
        "(() => {const map = document.getElementById('map');"
        "const d = map.getContext('2d').getImageData(0, 0, map.width, map.height).data; let n = 0;"
        "for (let k = 0; k < d.length; k += 4) n += d[k] > 90 && d[k + 1] < 40 && d[k + 2] < 70;"
        "return n / (d.length / 4);})()"
    )
    assert red > 0.01


def test_a_page_that_would_be_too_large_is_simplified_and_says_so(qgis_app):
    large = handover(districts=30, points=2000)
    whole = page(large, [])
    small = page(large, [], limit=len(whole) // 2)
    assert len(small) < len(whole) / 2
    assert "簡略化しています" in small and "簡略化しています" not in whole
