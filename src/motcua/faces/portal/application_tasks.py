"""An application as a list of tasks: which are done, which are wrong, whether it can be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.domain.catalogue import forms
from motcua.domain.catalogue.definition import Component, FeeMoment, ServiceDefinition
from motcua.domain.catalogue.queries import CurrentService, require_submittable
from motcua.domain.catalogue.rules import FeeDue, fees_due, relevant_components, required_components, total
from motcua.domain.dossiers import draft_queries
from motcua.domain.dossiers.models import Draft, DraftFile
from motcua.domain.people.principal import Principal
from motcua.faces.forms import fields, places
from motcua.faces.forms.fields import SectionView
from motcua.faces.language import in_language


@dataclass(frozen=True)
class Task:
    """One line of the list."""

    title: str
    href: str
    hint: str
    text: str
    tone: str


@dataclass(frozen=True)
class ComponentView:
    """A paper to put to the application, with the files put so far."""

    component: Component
    name: str
    required: bool
    files: Sequence[DraftFile]

    @property
    def missing(self) -> bool:
        return self.required and not self.files


@dataclass(frozen=True)
class Application:
    """A draft with its service, as its pages show it."""

    draft: Draft
    service: CurrentService
    sections: Sequence[SectionView]
    components: Sequence[ComponentView]

    @property
    def definition(self) -> ServiceDefinition:
        return self.service.definition

    @property
    def name(self) -> str:
        return in_language(self.definition.name, self.definition.name_en)

    @property
    def place(self) -> str:
        """Where it will be submitted."""
        unit = self.draft.locality
        if unit is None:
            return ""
        return places.name_of(unit.gso_code) if unit.gso_code else in_language(unit.name, unit.name_en)

    @property
    def is_ready(self) -> bool:
        """Whether a submission now would be taken."""
        return not any(section.errors for section in self.sections) and not any(
            component.missing for component in self.components
        )

    @property
    def fees(self) -> Sequence[FeeDue]:
        """What falls due with the submission; computed by the same rule that makes the obligation."""
        cleaned = forms.clean(self.definition.form, self.draft.form)
        return fees_due(self.definition, cleaned, FeeMoment.BEFORE)

    @property
    def fee_total(self) -> int:
        return total(self.fees)

    @property
    def tasks(self) -> list[Task]:
        """Sections, papers, then check and send."""
        lines = [self._section_task(section) for section in self.sections]
        lines.append(self._papers_task())
        check = reverse("portal:check", args=[self.draft.pk])
        state = (_("Sẵn sàng"), "progress") if self.is_ready else (_("Chưa đủ để nộp"), "")
        lines.append(Task(_("Kiểm tra và nộp"), check, "", *state))
        return lines

    def _section_task(self, section: SectionView) -> Task:
        if section.errors:
            state = (_("Còn mục cần điền"), "attention") if section.is_started else (_("Chưa làm"), "")
        elif section.is_optional and not section.is_started:
            state = (_("Không bắt buộc"), "")
        else:
            state = (_("Đã xong"), "done")
        return Task(section.title, reverse("portal:section", args=[self.draft.pk, section.number]), "", *state)

    def _papers_task(self) -> Task:
        missing = sum(component.missing for component in self.components)
        if not self.components:
            state = (_("Không phải nộp"), "done")
        elif missing:
            state = (_("Còn %(number)d giấy tờ bắt buộc") % {"number": missing}, "attention")
        elif any(component.files for component in self.components):
            state = (_("Đã xong"), "done")
        else:
            state = (_("Không có giấy tờ bắt buộc"), "")
        return Task(_("Giấy tờ kèm theo"), reverse("portal:papers", args=[self.draft.pk]), "", *state)


def application(principal: Principal, draft_id: UUID) -> Application:
    """The person's own draft. Raises NotFound for another's, Conflict if the service takes no dossiers now."""
    draft = draft_queries.draft(principal, draft_id)
    service = require_submittable(draft.service.code)
    return Application(
        draft, service, fields.sections(service.definition, draft.form), _components(service.definition, draft)
    )


def _components(definition: ServiceDefinition, draft: Draft) -> list[ComponentView]:
    cleaned = forms.clean(definition.form, draft.form)
    required = {component.code for component in required_components(definition, cleaned)}
    files = list(draft.files.all())
    return [
        ComponentView(
            component,
            in_language(component.name, component.name_en),
            component.code in required,
            [file for file in files if file.component_code == component.code],
        )
        for component in relevant_components(definition, cleaned)
    ]
