"""The plugin as pytest's own tool for testing plugins sees it."""

from __future__ import annotations

import pytest


@pytest.fixture
def shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A user's project with one test that goes well, one that breaks the contract and one that fails."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("JUMUN_URL", raising=False)
    pytester.makepyfile(
        test_shop="""
        import httpx
        import pytest


        def test_good(jumun, bootpay_client):
            assert bootpay_client.list_orders(limit=1).count == 15
            jumun.assert_called("bootpay.orders.list", times=1)


        def test_breaks_the_contract(jumun):
            auth = (jumun.bootpay_client_key, jumun.bootpay_secret_key)
            httpx.get(f"{jumun.bootpay_base_url}/orders", params={"stauts": "2"}, auth=auth)


        @pytest.mark.jumun(scenario="naver.product_order_ids: 500 *")
        def test_fails(naver_client):
            naver_client.product_order_ids("2023010112345")
        """
    )
    return pytester


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_outcomes(shop: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """What goes well passes, what fails fails, and a broken contract is an error at the end, in parallel too."""
    result = shop.runpytest_subprocess("-p", "no:cacheprovider", *workers)
    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*calls broke the contract*", "*query/'stauts'*not a parameter of bootpay.orders.list*"]
    )


def test_what_it_offers(shop: pytest.Pytester) -> None:
    """Its fixtures, marker and options are listed where users look for them."""
    shop.runpytest_subprocess("--fixtures").stdout.fnmatch_lines_random(
        ["jumun --*", "jumun_server*", "naver_client --*", "bootpay_client --*"]
    )
    shop.runpytest_subprocess("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.jumun(profile=, data=, seed=, orders=, scenario=*"]
    )
    shop.runpytest_subprocess("--help").stdout.fnmatch_lines(["*--jumun-coverage*", "*--jumun-fail-under=PERCENT*"])
