"""Operations on dossiers: the applicant's and the officer's acts, one service each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from ninja.params.functions import Header, Query

from motcua.domain.dossiers import documents, queries, services
from motcua.domain.dossiers.readers import note_read
from motcua.domain.dossiers.routing import locality_id_of
from motcua.domain.dossiers.services.intake import SupplementItem
from motcua.faces import looking_up
from motcua.faces.api import schemas
from motcua.faces.api.authentication import principal_of
from motcua.faces.api.dossier_documents import detail_document, event_document, page_document, state_document
from motcua.foundation import events

router = Router(tags=["dossiers"])
_PROBLEMS = {code: schemas.ProblemOut for code in (400, 401, 403, 404, 409, 422, 503)}


def _files(components: list[schemas.ComponentFiles]) -> list[tuple[str, UUID]]:
    return [(item.component, file_id) for item in components for file_id in item.files]


@router.post("/dossiers", response={201: schemas.SubmissionOut, 200: schemas.SubmissionOut, **_PROBLEMS})
def submit(
    request: HttpRequest,
    body: schemas.SubmissionIn,
    idempotency_key: str = Header(min_length=8, max_length=80, alias="Idempotency-Key"),
) -> Any:
    """Submits a complete application; 201 with its code, 200 with the same code for a repeat (SUB-01, SUB-03)."""
    submitted = services.submit(
        principal_of(request),
        services.Submission(
            service_code=body.service,
            locality_id=locality_id_of(body.locality),
            form=body.form,
            files=_files(body.components),
            idempotency_key=idempotency_key,
        ),
    )
    answer = {
        "id": submitted.dossier_id,
        "code": submitted.code,
        "state": "SUBMITTED",
        "submitted_at": submitted.submitted_at,
    }
    return Status(200 if submitted.repeated else 201, answer)


@router.get("/lookup/{code}", response={200: schemas.TrackOut, 429: schemas.ProblemOut, **_PROBLEMS}, auth=None)
def look_up(request: HttpRequest, code: str) -> Any:
    """State, unit, due date and history by code, without sign-in and without personal data (POR-02)."""
    return looking_up.look_up(request, code)


@router.get("/dossiers", response={200: schemas.PageOut, **_PROBLEMS})
def my_dossiers(request: HttpRequest, after: UUID | None = None) -> Any:
    """The dossiers of the party the caller acts for, newest first."""
    page = queries.my_dossiers(principal_of(request), after=str(after) if after else None)
    return page_document(page)


@router.get("/worklist", response={200: schemas.PageOut, **_PROBLEMS})
def worklist(
    request: HttpRequest,
    tab: str = Query("to_receive", max_length=20),
    search: str = Query("", max_length=100),
    after: str | None = Query(None, max_length=100, pattern=r"^[0-9T:.+-]{10,40}_[0-9a-f-]{36}$"),
) -> Any:
    """One tab of the officer's worklist."""
    return page_document(queries.worklist(principal_of(request), tab, search=search, after=after))


@router.get("/worklist/counts", response={200: dict[str, int], **_PROBLEMS})
def worklist_counts(request: HttpRequest) -> Any:
    """How many dossiers stand in each tab, counted up to 1,000: 1,001 says that there are more."""
    return queries.worklist_counts(principal_of(request))


@router.get("/dossiers/{dossier_id}", response={200: schemas.DetailOut, **_PROBLEMS})
def detail(request: HttpRequest, dossier_id: UUID) -> Any:
    """A whole dossier."""
    found = queries.detail(principal_of(request), dossier_id)
    note_read(principal_of(request), found.dossier, "detail")
    return detail_document(found)


@router.get("/dossiers/{dossier_id}/trace", response={200: list[schemas.EventOut], **_PROBLEMS})
def trace(request: HttpRequest, dossier_id: UUID) -> Any:
    """Every event of a dossier over all systems, in order (DOS-03)."""
    dossier = queries.get(principal_of(request), dossier_id)
    note_read(principal_of(request), dossier, "trace")
    return [event_document(item) for item in events.of_dossier(dossier.pk)]


def _act(path: str, **kwargs: Any) -> Any:
    return router.post(f"/dossiers/{{dossier_id}}/{path}", response={200: schemas.StateOut, **_PROBLEMS}, **kwargs)


@_act("receive")
def receive(request: HttpRequest, dossier_id: UUID, body: schemas.Act) -> Any:
    """Accepts a submitted dossier; the clock starts."""
    return state_document(services.receive(principal_of(request), dossier_id, **body.dict()))


@_act("refuse-intake")
def refuse_intake(request: HttpRequest, dossier_id: UUID, body: schemas.Reasoned) -> Any:
    """Refuses at the desk, with reason."""
    return state_document(services.refuse_intake(principal_of(request), dossier_id, **body.dict()))


@_act("ask-supplement")
def ask_supplement(request: HttpRequest, dossier_id: UUID, body: schemas.AskSupplementIn) -> Any:
    """Asks for everything missing at once; the clock stands still."""
    items = [SupplementItem(item.component, item.what) for item in body.items]
    fields = body.dict(exclude={"items"})
    return state_document(services.ask_supplement(principal_of(request), dossier_id, items=items, **fields))


@_act("supplement")
def supplement(request: HttpRequest, dossier_id: UUID, body: schemas.SupplementIn) -> Any:
    """The applicant completes what was asked; the clock runs again."""
    files = _files(body.components)
    version = body.expected_version
    return state_document(services.supplement(principal_of(request), dossier_id, files=files, expected_version=version))


@_act("start")
def start(request: HttpRequest, dossier_id: UUID, body: schemas.Act) -> Any:
    """The specialist takes the dossier up."""
    return state_document(services.start(principal_of(request), dossier_id, **body.dict()))


@_act("transfer")
def transfer(request: HttpRequest, dossier_id: UUID, body: schemas.TransferIn) -> Any:
    """Hands the dossier to another unit."""
    fields = body.dict(exclude={"to_unit"})
    return state_document(services.transfer(principal_of(request), dossier_id, to_unit_code=body.to_unit, **fields))


@_act("ask-payment")
def ask_payment(request: HttpRequest, dossier_id: UUID, body: schemas.AskPaymentIn) -> Any:
    """Assesses a financial obligation; the clock stands still until it is paid."""
    amounts = [(fee.code, fee.amount) for fee in body.fees]
    fields = body.dict(exclude={"fees"})
    return state_document(services.ask_payment(principal_of(request), dossier_id, amounts=amounts, **fields))


@_act("pause")
def pause(request: HttpRequest, dossier_id: UUID, body: schemas.Reasoned) -> Any:
    """Stops the clock, with reason."""
    return state_document(services.pause(principal_of(request), dossier_id, **body.dict()))


@_act("resume")
def resume(request: HttpRequest, dossier_id: UUID, body: schemas.Reasoned) -> Any:
    """Starts the clock again by hand, with reason."""
    return state_document(services.resume(principal_of(request), dossier_id, **body.dict()))


@_act("propose")
def propose(request: HttpRequest, dossier_id: UUID, body: schemas.Act) -> Any:
    """Hands the examined dossier to the approver."""
    return state_document(services.propose(principal_of(request), dossier_id, **body.dict()))


@_act("send-back")
def send_back(request: HttpRequest, dossier_id: UUID, body: schemas.Reasoned) -> Any:
    """The approver returns the step to the specialist, with reason."""
    return state_document(services.send_back(principal_of(request), dossier_id, **body.dict()))


@_act("approve")
def approve(request: HttpRequest, dossier_id: UUID, body: schemas.ApproveIn) -> Any:
    """Issues the result: the given file, or one made from the service's template and signed."""
    principal = principal_of(request)
    issued = documents.result_file(
        principal, dossier_id, file_id=body.file, number=body.number, conclusion=body.conclusion
    )
    return state_document(
        services.approve(
            principal,
            dossier_id,
            file_id=issued.file_id,
            number=issued.number,
            signature=issued.signature,
            expected_version=body.expected_version,
        )
    )


@_act("refuse")
def refuse(request: HttpRequest, dossier_id: UUID, body: schemas.Reasoned) -> Any:
    """Refuses after examination, with reason."""
    return state_document(services.refuse(principal_of(request), dossier_id, **body.dict()))


@_act("return")
def return_result(request: HttpRequest, dossier_id: UUID, body: schemas.ReturnIn) -> Any:
    """Records how the result reached the applicant."""
    return state_document(services.return_result(principal_of(request), dossier_id, **body.dict()))


@_act("withdraw")
def withdraw(request: HttpRequest, dossier_id: UUID, body: schemas.WithdrawIn) -> Any:
    """The applicant takes the dossier back before a decision."""
    return state_document(services.withdraw(principal_of(request), dossier_id, **body.dict()))


@router.post("/dossiers/{dossier_id}/rating", response={201: schemas.RatingOut, **_PROBLEMS})
def rate(request: HttpRequest, dossier_id: UUID, body: schemas.RatingIn) -> Any:
    """The applicant's satisfaction, 1 to 5, once."""
    rating = services.rate(principal_of(request), dossier_id, score=body.score, comment=body.comment)
    return Status(201, {"score": rating.score, "rated_at": rating.rated_at})
