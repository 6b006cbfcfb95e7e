"""Who may call what: one line for every address and method of the product (ACC-02, ACC-05, ACC-10).

To add a route, add a line: `Expect("POST workbench:act", Right("dossier.receive"), …)`: method and name of the address
(`api:` and the operation's function for the API), then who may call it in the table's own words (`expectations.py`),
then what differs from the defaults: the statuses for who may (`answer`, 200) and who may not (`refused`, 404 where
the object stays hidden), the dossier's `state`, path parameters (`names`), what the request `sends`, and for a list
what it `shows` of each office to whom. A parameter that no office has yet gets its value in `world._office`.

What is not listed fails the suite: an address, a method of an operation, a method that a page answers although it is
not here. Lines of administration pages stand in `administration.py`.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.domain.dossiers.rules import State
from tests.access.administration import ADMINISTRATION
from tests.access.expectations import (
    Anybody,
    Applicants,
    Expect,
    OwnAccount,
    Owner,
    Representatives,
    Right,
    Shows,
    SignedIn,
    Somewhere,
    Staff,
    Uploaders,
    hidden_from_applicants,
)
from tests.access.identity import IDENTITY
from tests.access.world import Office
from tests.domain.dossiers.ways import TEXT, WAYS
from tests.domain.dossiers.world import FREE, PDF

VIEW = Right("dossier.view", owner=True)
SEES = Right("dossier.view")
MONEY = Right("payment.view", owner=True)
MINE = Owner()
MY_DRAFT = Owner(by_account=True)
UNAVAILABLE = 503
"""No identity provider and no gateway stand behind the matrix: who may start a payment is told so."""


def code(office: Office) -> str:
    """The code of the office's submitted dossier, as lists show it."""
    return office.dossiers[State.SUBMITTED].code


def _paper(office: Office) -> dict[str, Any]:
    component = office.world.definitions[FREE].components[0].code
    return {"component": component, f"file_{component}": SimpleUploadedFile("giay.pdf", PDF)}


def _service(office: Office) -> str:
    return office.world.service(FREE)


def _body(verb: str) -> Any:
    return lambda office: WAYS[verb].body(office.world)


def _act_fields(verb: str) -> Any:
    """An act's body as the officials' form sends it."""

    def fields(office: Office) -> dict[str, Any]:
        body = dict(WAYS[verb].body(office.world))
        items, fees = body.pop("items", []), body.pop("fees", [])
        asked = {"components": [item["component"] for item in items]} if items else {}
        return {**body, **asked, **{f"fee_{fee['code']}": str(fee["amount"]) for fee in fees}}

    return fields


def _submission(office: Office) -> dict[str, Any]:
    return {"service": _service(office), "locality": office.commune.code, "form": {}, "components": []}


def _bank(_office: Office) -> dict[str, Any]:
    return {"bank": "ACB"}


PORTAL = [
    *[
        Expect(f"GET portal:{name}", Anybody())
        for name in ("home", "browse", "search", "help", "communes", "lookup")
    ],
    Expect("GET portal:service", Anybody(), names={"code": _service}),
    Expect("GET portal:found", Anybody()),
    Expect("POST portal:choose_locality", Anybody(), answer=302),
    Expect("GET portal:set_language", Anybody(), answer=302),
    Expect("POST portal:set_language", OwnAccount(anonymous=True), answer=302),
    Expect("GET portal:sign_on", OwnAccount(anonymous=True), answer=(200, 302)),
    Expect("POST portal:sign_on", OwnAccount(anonymous=True), answer=302),
    Expect("GET portal:sign_on_return", Anybody(), answer=302),
    Expect("GET portal:sign_on_failed", Anybody(), answer=302),
    Expect("POST portal:sign_off", OwnAccount(anonymous=True)),
    Expect("POST portal:end_by_vneid", Anybody(), answer=400),  # a logout token signed by VNeID is the credential
    Expect("POST portal:extend_session", OwnAccount(anonymous=True), answer=302),
    Expect("GET portal:guide", Anybody(), names={"name": "to-chuc"}),
    Expect("GET portal:profile", SignedIn()),
    Expect("GET portal:data_readers", SignedIn()),
    Expect("GET portal:account_security", SignedIn()),
    Expect("POST portal:end_other_sessions", OwnAccount(), answer=302),
    Expect(
        "POST portal:end_session", OwnAccount(), answer=404,
        names={"session_id": lambda office: office.names["draft_id"]},
    ),
    Expect("GET portal:capacity", SignedIn()),
    Expect("POST portal:capacity", OwnAccount(), answer=422),
    Expect("GET portal:delegations", Representatives(), refused=403),
    Expect("POST portal:delegations", Representatives(), refused=403, answer=422),
    Expect("POST portal:take_back", Representatives(), names={"representation_id": 1}, refused=403, answer=404),
    Expect("GET portal:begin", Applicants(organisations=False), names={"code": _service}, refused=403),
    Expect("POST portal:begin", Applicants(organisations=False), names={"code": _service}, refused=403, answer=422),
    *[
        Expect(f"GET portal:{name}", MY_DRAFT, refused=hidden_from_applicants)
        for name in ("application", "section", "papers", "check")
    ],
    Expect(
        "GET portal:paper_file", MY_DRAFT, refused=hidden_from_applicants,
        names={"file_id": lambda office: office.names["draft_file_id"]},
    ),
    Expect("POST portal:discard", MY_DRAFT, refused=hidden_from_applicants, answer=302),
    Expect("POST portal:section", MY_DRAFT, refused=hidden_from_applicants, answer=422),
    Expect("POST portal:save", MY_DRAFT, refused=hidden_from_applicants),
    Expect("POST portal:papers", MY_DRAFT, refused=hidden_from_applicants, sends=_paper, answer=302),
    Expect("POST portal:check", MY_DRAFT, refused=hidden_from_applicants, answer=422),
    Expect("GET portal:my_dossiers", SignedIn(), shows=Shows(MINE, code)),
    Expect("GET portal:dossier", VIEW),
    Expect("GET portal:submitted", VIEW),
    Expect("GET portal:dossier_file", VIEW),
    Expect("GET portal:slip", VIEW),
    Expect("GET portal:supplement", MINE, state=State.WAIT_SUPPLEMENT, refused=hidden_from_applicants),
    Expect("POST portal:supplement", MINE, state=State.WAIT_SUPPLEMENT, refused=hidden_from_applicants, answer=422),
    Expect("GET portal:withdraw", MINE, refused=hidden_from_applicants),
    Expect(
        "POST portal:withdraw", MINE, refused=hidden_from_applicants, answer=302, sends=lambda _office: {"reason": TEXT}
    ),
    Expect(
        "POST portal:rate", MINE, state=State.RETURNED, refused=403, answer=302, sends=lambda _office: {"score": "5"}
    ),
    Expect("GET portal:my_payments", SignedIn(), shows=Shows(MINE, code)),
    Expect("GET portal:pay", MINE, refused=hidden_from_applicants, answer=(200, UNAVAILABLE)),
    Expect(
        "POST portal:pay", MINE, refused=hidden_from_applicants, answer=UNAVAILABLE, sends=_bank
    ),
    Expect("GET portal:payment_state", MINE, refused=hidden_from_applicants),
    Expect("GET portal:back_from_bank", MINE, refused=hidden_from_applicants, answer=302),
    Expect("GET portal:receipt", MONEY),
]  # fmt: skip

_ACTS = {
    "receive": ("dossier.receive", State.SUBMITTED),
    "refuse_intake": ("dossier.refuse_intake", State.SUBMITTED),
    "ask_supplement": ("dossier.ask_supplement", State.SUBMITTED),
    "start": ("dossier.process", State.RECEIVED),
    "transfer": ("dossier.transfer", State.IN_PROCESS),
    "ask_payment": ("dossier.assess_fee", State.IN_PROCESS),
    "pause": ("dossier.pause", State.IN_PROCESS),
    "resume": ("dossier.pause", State.STOPPED),
    "propose": ("dossier.propose_result", State.IN_PROCESS),
    "send_back": ("dossier.approve", State.IN_PROCESS),
    "approve": ("dossier.approve", State.IN_PROCESS),
    "refuse": ("dossier.refuse", State.IN_PROCESS),
    "return_result": ("dossier.return_result", State.RESOLVED),
}
"""An officer's acts: the right each needs, and a state from which it is possible."""


def _of_act(verb: str) -> Any:
    if verb == "approve":  # no file of the caller's: the result is made from the service's template
        return lambda _office: {"number": "1/KQ"}
    return _body(verb)


WORKBENCH = [
    Expect("GET workbench:home", Staff(), refused=403, shows=Shows(SEES, code)),
    *[
        Expect("GET workbench:worklist", Staff(), refused=403, names={"tab": tab}, shows=Shows(SEES, shown))
        for tab, shown in {
            "cho-tiep-nhan": code,
            "dang-xu-ly": lambda office: office.dossiers[State.IN_PROCESS].code,
            "dang-cho": lambda office: office.dossiers[State.STOPPED].code,
            "cho-tra": lambda office: office.dossiers[State.RESOLVED].code,
            "da-xong": lambda office: office.dossiers[State.RETURNED].code,
        }.items()
    ],
    Expect("GET workbench:worklist", Staff(), refused=403, names={"tab": "qua-han"}),
    Expect("GET workbench:at_counter", Somewhere(("dossier.create_at_counter",)), refused=403),
    Expect("POST workbench:at_counter", Somewhere(("dossier.create_at_counter",)), refused=403, answer=422),
    Expect("GET workbench:link_document", Somewhere(("dossier.create_at_counter",)), refused=403),
    Expect("POST workbench:link_document", Somewhere(("dossier.create_at_counter",)), refused=403, answer=422),
    Expect("GET workbench:dossier", VIEW),
    Expect("GET workbench:trace", VIEW),
    Expect("GET workbench:file", VIEW),
    Expect("GET workbench:receipt", MONEY),
    Expect(
        "POST workbench:record_offline", Right("payment.record_offline"), refused=403, answer=302,
        sends=lambda _office: {"method": "CASH", "document_number": "PT-2"},
    ),
    Expect(
        "POST workbench:cancel_obligation", Right("dossier.assess_fee"), refused=403, answer=302,
        sends=lambda _office: {"reason": TEXT},
    ),
    *[
        Expect(
            "POST workbench:act", Right(action), names={"verb": verb}, state=state, refused=403, answer=302,
            sends=(lambda _office: {"number": "1/KQ"}) if verb == "approve" else _act_fields(verb),
        )
        for verb, (action, state) in _ACTS.items()
    ],
]  # fmt: skip

API = [
    *[Expect(f"GET api:{name}", Anybody()) for name in ("live", "ready", "openapi-json", "health", "look_up")],
    Expect("GET api:api-root", Anybody(), answer=404),
    Expect("GET api:find", Anybody(), sends=lambda _office: {"q": "khai sinh"}),
    Expect("GET api:service", Anybody(), names={"code": _service}),
    Expect("POST api:payment-notification", Anybody(), names={"gateway": "bank"}, answer=401),
    Expect(
        "POST workbench:take_up", Right("dossier.process"), state=State.IN_PROCESS, refused=403, answer=409
    ),
    Expect("POST api:submit", Applicants(organisations=False), refused=403, answer=422, sends=_submission),
    Expect("GET api:my_dossiers", SignedIn(), shows=Shows(MINE, code)),
    Expect("GET api:worklist", SignedIn(), shows=Shows(VIEW, code)),
    Expect(
        "GET api:worklist", SignedIn(), names={"search": "search"}, sends=lambda office: {"search": code(office)},
        shows=Shows(VIEW, code, aimed=True),
    ),
    Expect("GET api:worklist_counts", SignedIn()),
    Expect("GET api:detail", VIEW),
    Expect("GET api:trace", VIEW),
    Expect("GET api:download", VIEW),
    Expect("GET api:paper", VIEW),
    Expect("GET api:obligations", VIEW),
    *[
        Expect(f"POST api:{verb}", Right(action), state=state, refused=403, sends=_of_act(verb))
        for verb, (action, state) in _ACTS.items()
    ],
    Expect("POST api:supplement", MINE, state=State.WAIT_SUPPLEMENT, refused=403, sends=_body("supplement")),
    Expect("POST api:withdraw", MINE, refused=403, sends=_body("withdraw")),
    Expect("POST api:rate", MINE, state=State.RETURNED, refused=403, answer=201, sends=lambda _office: {"score": 5}),
    Expect("POST api:upload", Uploaders(), refused=403, answer=201, as_files=True,
           sends=lambda _office: {"file": SimpleUploadedFile("giay.pdf", PDF)}),
    Expect("GET api:mine", SignedIn()),
    Expect("POST api:issue", OwnAccount(), answer=201, sends=lambda _office: {"label": "khóa của tôi"}),
    Expect("DELETE api:revoke", OwnAccount(), answer=404, names={"token_id": lambda office: office.names["draft_id"]}),
    Expect("GET api:banks", SignedIn(), answer=UNAVAILABLE),
    Expect("POST api:pay", MINE, refused=hidden_from_applicants, answer=UNAVAILABLE, sends=_bank),
    Expect("GET api:status", MONEY),
    Expect(
        "POST api:record_offline", Right("payment.record_offline"), refused=403,
        sends=lambda _office: {"method": "CASH", "document_number": "PT-2", "paid_at": None},
    ),
    Expect("GET api:receipt", MONEY),
]  # fmt: skip

TABLE = [*PORTAL, *WORKBENCH, *API, *ADMINISTRATION, *IDENTITY]
