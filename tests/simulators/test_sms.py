"""The SMS gateway keeps to docs/protocols/sms-gateway.md."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from motcua.simulators.sms.api import segments
from tests.simulators.conftest import SECRET

PHONE = "84900000001"


def credentials(**changes: Any) -> dict[str, Any]:
    return {"AGENTID": "1", "APIUSER": "motcua", "APIPASS": SECRET, "USERNAME": "motcua", **changes}


def asked(reqid: str = "req-1", text: str = "Ho so da duoc tiep nhan", **changes: Any) -> dict[str, Any]:
    return {
        "name": "send_sms_list",
        "REQID": reqid,
        "LABELID": "DICHVUCONG",
        "CONTRACTTYPEID": "1",
        "CONTRACTID": "1",
        "TEMPLATEID": "1",
        "PARAMS": [{"NUM": "1", "CONTENT": text}],
        "SCHEDULETIME": "",
        "MOBILELIST": PHONE,
        "ISTELCOSUB": "0",
        "DATACODING": "0",
        **credentials(),
        **changes,
    }


def post(sms: httpx.Client, request: Any, timeout: float = 10) -> dict[str, Any]:
    reply: dict[str, Any] = sms.post("/api/sms", json={"RQST": request}, timeout=timeout).json()["RPLY"]
    return reply


def states(sms: httpx.Client, *reqids: str) -> dict[str, str]:
    reply = post(sms, {"name": "get_sms_status", "REQIDS": list(reqids), **credentials()})
    assert reply["ERROR"] == "0"
    return {one["REQID"]: one["STATE"] for one in reply["STATUS"]}


def inbox(sms: httpx.Client, phone: str = PHONE) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = sms.get("/_control/inbox", params={"phone": phone}).json()["messages"]
    return messages


def switch(sms: httpx.Client, fault: str, **parameters: Any) -> None:
    assert sms.post("/_control/faults", json={"fault": fault, **parameters}).status_code == 201


def test_a_message_is_accepted_processed_and_readable_in_the_inbox(sms: httpx.Client) -> None:
    reply = post(sms, asked())

    assert (reply["ERROR"], reply["REQID"]) == ("0", "req-1")
    (message,) = inbox(sms)
    assert (message["text"], message["brandname"], message["segments"]) == ("Ho so da duoc tiep nhan", "DICHVUCONG", 1)
    status = post(sms, {"name": "get_sms_status", "REQIDS": ["req-1"], **credentials()})["STATUS"][0]
    assert status["STATE"] == "PROCESSED"
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", status["TIME"])


def test_one_reqid_is_delivered_once_whatever_the_tries_and_never_with_other_content(sms: httpx.Client) -> None:
    assert [post(sms, asked())["ERROR"] for _ in range(5)] == ["0"] * 5

    assert post(sms, asked(text="Noi dung khac"))["ERROR"] == "5"
    assert post(sms, asked(MOBILELIST="84900000002"))["ERROR"] == "5"

    assert [one["text"] for one in inbox(sms)] == ["Ho so da duoc tiep nhan"]
    tries = sms.get("/_control/requests", params={"reqid": "req-1"}).json()["tries"]
    assert [one["outcome"] for one in tries] == ["accepted"] * 5 + ["error 5"] * 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"APIPASS": "wrong"}, "1"),
        ({"APIUSER": None}, "1"),
        ({"AGENTID": "2"}, "1"),
        ({"name": "send_everything"}, "2"),
        ({"REQID": ""}, "2"),
        ({"REQID": "x" * 65}, "2"),
        ({"REQID": "a b"}, "2"),
        ({"DATACODING": "8"}, "2"),
        ({"SCHEDULETIME": "tomorrow"}, "2"),
        ({"SCHEDULETIME": "45/45/2026 10:00"}, "2"),
        ({"LABELID": "ANOTHER"}, "3"),
        ({"CONTRACTID": "9"}, "3"),
        ({"MOBILELIST": "0900000001"}, "4"),
        ({"MOBILELIST": "84100000001"}, "4"),
        ({"MOBILELIST": "849000000011"}, "4"),
        ({"TEMPLATEID": "2"}, "6"),
        ({"PARAMS": []}, "6"),
        ({"PARAMS": [{"NUM": "2", "CONTENT": "x"}]}, "6"),
        ({"PARAMS": "x"}, "2"),
        ({"PARAMS": [{"NUM": "1", "CONTENT": "Hồ sơ"}]}, "7"),
        ({"PARAMS": [{"NUM": "1", "CONTENT": "x" * 613}]}, "7"),
        ({"PARAMS": [{"NUM": "1", "CONTENT": "[" * 307}]}, "7"),
    ],
)
def test_a_wrong_request_gets_its_code_and_delivers_nothing(
    sms: httpx.Client, changes: dict[str, Any], code: str
) -> None:
    assert post(sms, asked(**changes))["ERROR"] == code

    assert sms.get("/_control/inbox").json()["messages"] == []


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"RQST": 1}', b'{"RQST": {}}'])
def test_a_body_that_asks_nothing_is_a_bad_request(sms: httpx.Client, body: bytes) -> None:
    answer = sms.post("/api/sms", content=body)

    assert (answer.status_code, answer.json()["RPLY"]["ERROR"]) == (400, "2")


@pytest.mark.parametrize(
    ("text", "expected"), [("x" * 160, 1), ("x" * 161, 2), ("x" * 306, 2), ("x" * 307, 3), ("[" * 81, 2)]
)
def test_segments_count_as_the_carrier_bills(text: str, expected: int) -> None:
    assert segments(text) == expected


def test_a_slow_gateway_has_accepted_although_the_caller_gave_up(sms: httpx.Client) -> None:
    switch(sms, "slow", seconds=1, times=1)

    with pytest.raises(httpx.ReadTimeout):
        post(sms, asked(), timeout=0.3)
    assert post(sms, asked())["ERROR"] == "0"

    assert len(inbox(sms)) == 1


def test_a_timed_out_request_was_not_accepted_and_can_be_repeated(sms: httpx.Client) -> None:
    switch(sms, "timeout", seconds=1, times=1)

    with pytest.raises(httpx.ReadTimeout):
        post(sms, asked(), timeout=0.3)
    assert states(sms, "req-1") == {"req-1": "UNKNOWN"}
    assert inbox(sms) == []

    assert post(sms, asked())["ERROR"] == "0"
    assert len(inbox(sms)) == 1


def test_processing_can_be_late_or_never(sms: httpx.Client) -> None:
    switch(sms, "processing_delay", seconds=60, times=1)
    post(sms, asked("late"))
    switch(sms, "never_processed", times=1)
    post(sms, asked("never"))
    post(sms, asked("usual"))

    assert states(sms, "late", "never", "usual", "unknown") == {
        "late": "ACCEPTED",
        "never": "ACCEPTED",
        "usual": "PROCESSED",
        "unknown": "UNKNOWN",
    }
    assert [one["reqid"] for one in inbox(sms)] == ["usual"]
    sms.post("/_control/clock", json={"offset_seconds": 61})
    assert states(sms, "late", "never") == {"late": "PROCESSED", "never": "ACCEPTED"}
    assert [one["reqid"] for one in inbox(sms)] == ["late", "usual"]


def test_a_scheduled_message_waits_for_its_time(sms: httpx.Client) -> None:
    post(sms, asked(SCHEDULETIME="01/01/2099 08:00"))

    assert states(sms, "req-1") == {"req-1": "ACCEPTED"}
    assert inbox(sms) == []


def test_faults_can_be_limited_to_a_phone_or_an_operation(sms: httpx.Client) -> None:
    switch(sms, "reject_number", match={"phone": PHONE})
    switch(sms, "unavailable", match={"operation": "get_sms_status"})

    assert post(sms, asked())["ERROR"] == "4"
    assert post(sms, asked("req-2", MOBILELIST="84900000002"))["ERROR"] == "0"
    status = sms.post("/api/sms", json={"RQST": {"name": "get_sms_status", "REQIDS": ["req-2"], **credentials()}})
    assert status.status_code == 503


def test_an_error_code_and_a_garbled_answer_can_be_switched_on(sms: httpx.Client) -> None:
    switch(sms, "error", code="8", times=1)
    assert post(sms, asked())["ERROR"] == "8"
    switch(sms, "garbled", times=1)
    with pytest.raises(ValueError):
        post(sms, asked())

    assert states(sms, "req-1") == {"req-1": "PROCESSED"}


@pytest.mark.parametrize("reqids", [[], ["x"] * 501, "x", [1]])
def test_a_status_query_names_1_to_500_requests(sms: httpx.Client, reqids: Any) -> None:
    assert post(sms, {"name": "get_sms_status", "REQIDS": reqids, **credentials()})["ERROR"] == "2"


def test_the_inbox_page_shows_the_text_and_escapes_it(sms: httpx.Client) -> None:
    assert "Chưa có tin nhắn" in sms.get("/inbox").text
    post(sms, asked(text="Ma <b>1</b> & 2"))

    page = sms.get(f"/inbox/{PHONE}")

    assert "Ma &lt;b&gt;1&lt;/b&gt; &amp; 2" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "Chưa có tin nhắn" in sms.get("/inbox/84900000009").text


def test_the_tries_are_told_and_a_reset_forgets_everything(sms: httpx.Client) -> None:
    sms.post("/_control/clock", json={"offset_seconds": 5})
    assert sms.post("/_control/clock", json={"offset_seconds": "x"}).status_code == 422
    post(sms, asked())
    assert len(sms.get("/_control/requests", params={"reqid": "req-1"}).json()["tries"]) == 1

    sms.post("/_control/reset")

    assert sms.get("/_control/clock").json()["offset_seconds"] == 0
    assert sms.get("/_control/requests", params={"reqid": "req-1"}).json() == {
        "reqid": "req-1",
        "state": "UNKNOWN",
        "tries": [],
    }
    assert inbox(sms) == []
