"""Commands of the dossiers room, split by what they are about."""

from motcua.domain.dossiers.services.counter import Visitor, open_assisted, owner_of
from motcua.domain.dossiers.services.drafts import (
    add_file,
    discard,
    open_draft,
    remove_file,
    save_answers,
    submit_draft,
)
from motcua.domain.dossiers.services.handing_over import take_up
from motcua.domain.dossiers.services.intake import ask_supplement, receive, refuse_intake
from motcua.domain.dossiers.services.payment import ask_payment, resume_after_payment
from motcua.domain.dossiers.services.population import query_population
from motcua.domain.dossiers.services.processing import (
    approve,
    pause,
    propose,
    refuse,
    resume,
    send_back,
    start,
    transfer,
)
from motcua.domain.dossiers.services.returning import rate, return_result, withdraw
from motcua.domain.dossiers.services.submission import Submission, Submitted, check_applicant, submit
from motcua.domain.dossiers.services.supplements import supplement
from motcua.domain.dossiers.services.upkeep import close_finished, mark_overdue

__all__ = [
    "Submission",
    "Submitted",
    "Visitor",
    "add_file",
    "approve",
    "ask_payment",
    "ask_supplement",
    "check_applicant",
    "close_finished",
    "discard",
    "mark_overdue",
    "open_assisted",
    "open_draft",
    "owner_of",
    "pause",
    "propose",
    "query_population",
    "rate",
    "receive",
    "refuse",
    "refuse_intake",
    "remove_file",
    "resume",
    "resume_after_payment",
    "return_result",
    "save_answers",
    "send_back",
    "start",
    "submit",
    "submit_draft",
    "supplement",
    "take_up",
    "transfer",
    "withdraw",
]
