"""Which form a campaign asks: the shipped ones of this folder, the national one, or a form that somebody sent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from store.campaigns import Campaign, CampaignKind, Campaigns, OwnForm
from store.database import JSONObject
from store.graduates import Graduate
from tracer.forms import Form, load_yaml
from tracer.forms.reading import build_form
from tracer.forms.sheets import read_xlsx, sheets_from, sheets_to_keep
from tracer.national.form import SENSITIVE, national_form

FOLDER = Path(__file__).parent
SHIPPED = (CampaignKind.EMPLOYER, CampaignKind.NEEDS, CampaignKind.FEEDBACK, CampaignKind.SHORT)


@cache
def shipped_form(kind: CampaignKind) -> Form:
    """Return a form of this folder. Raises `tracer.forms.FormError`, KeyError for a kind that has none."""
    if kind not in SHIPPED:
        raise KeyError(kind)
    return load_yaml(FOLDER / f"{kind}.yaml")


@dataclass(frozen=True)
class CheckedForm:
    """A form that somebody sent, as it can be asked and as it is kept."""

    form: Form
    sheets: JSONObject


def checked(content: bytes) -> CheckedForm:
    """Read and check a form (XLSX), without the store. Raises `tracer.forms.FormError` with all its faults."""
    sheets = read_xlsx(content)
    return CheckedForm(build_form(sheets), sheets_to_keep(sheets))


class Questionnaires:
    """The forms of campaigns, each read once."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns
        self._own: dict[int, Form] = {}

    def of(self, campaign: Campaign, graduate: Graduate | None) -> Form:
        """Return what a campaign asks a graduate; the national form asks for contacts that the list has not."""
        if campaign.kind is CampaignKind.NATIONAL:
            return national_form(_missing(campaign, graduate))
        if campaign.form_id is None:
            return shipped_form(campaign.kind)
        if campaign.form_id not in self._own:
            kept = self._campaigns.form(campaign.form_id)
            self._own[campaign.form_id] = build_form(sheets_from(kept.sheets))
        return self._own[campaign.form_id]

    def keep(self, content: bytes, name: str, made_by: int | None) -> OwnForm:
        """Check a form that somebody sent (XLSX) and keep it. Raises `tracer.forms.FormError` with all its faults."""
        return self.keep_checked(checked(content), name, made_by)

    def keep_checked(self, sent: CheckedForm, name: str, made_by: int | None) -> OwnForm:
        """Keep a form that was checked, under its title or else a name."""
        return self._campaigns.add_form(sent.form.title.id or name, sent.sheets, made_by)


def _missing(campaign: Campaign, graduate: Graduate | None) -> frozenset[str]:
    contact = {"telpomsmh": graduate.phone, "emailmsmh": graduate.email} if graduate else {}
    asked = {code for code, known in contact.items() if not known}
    return frozenset(asked.union(SENSITIVE if campaign.asks_nik else ()))
