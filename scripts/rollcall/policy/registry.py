"""The files that the policy folder may hold, each with the model it is held to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rollcall.checklist import Strict
from rollcall.names import matches
from rollcall.policy.calendars import Calendars
from rollcall.policy.channels import Channels
from rollcall.policy.commitments import Commitments
from rollcall.policy.compat import Compatibility
from rollcall.policy.contract import Contract
from rollcall.policy.escalation import Escalation
from rollcall.policy.organisation import Organisation
from rollcall.policy.plans import Plans
from rollcall.policy.published import Published
from rollcall.policy.regions import Regions
from rollcall.policy.requirements import Requirements
from rollcall.policy.roles import Roles
from rollcall.policy.scenarios import Scenarios
from rollcall.policy.severities import Severities
from rollcall.policy.targets import Targets
from rollcall.policy.training import Training
from rollcall.policy.trial import Trial
from rollcall.policy.warranty import Exclusions, Warranty


@dataclass(frozen=True, slots=True)
class Kind:
    """A file, or with `*` a folder of files, of policy data.

    `needs` names the files without which this one says nothing: rules compare the two.
    """

    path: str
    model: type[Strict]
    needs: tuple[str, ...] = ()


_MATRIX: Final = ("severities.yml", "plans.yml", "calendars.yml")
_TERMS: Final = ("warranty.yml", "escalation.yml", "commitments.yml")
KINDS: Final[Sequence[Kind]] = [
    Kind("organisation.yml", Organisation),
    # support
    Kind("severities.yml", Severities),
    Kind("plans.yml", Plans),
    Kind("calendars.yml", Calendars),
    Kind("targets.yml", Targets, (*_MATRIX, "contract.yml", "published.yml")),
    Kind("published.yml", Published, ("targets.yml", *_TERMS)),
    Kind("channels.yml", Channels, ("targets.yml", "organisation.yml", "contract.yml")),
    Kind("roles.yml", Roles, ("organisation.yml",)),
    Kind("escalation.yml", Escalation, ("targets.yml", "roles.yml", "channels.yml")),
    Kind("exclusions.yml", Exclusions, ("contract.yml",)),
    Kind("warranty.yml", Warranty, ("plans.yml", "exclusions.yml", "contract.yml")),
    Kind("commitments.yml", Commitments, ("contract.yml",)),
    Kind("contract.yml", Contract),
    Kind("trial.yml", Trial, ("targets.yml",)),
    Kind("requirements.yml", Requirements),
    # (end of support)
    # releases and security
    # (end of releases and security)
    # evaluation
    Kind("compat.yml", Compatibility),
    Kind("regions.yml", Regions),
    Kind("scenarios.yml", Scenarios),
    Kind("training.yml", Training),
    # (end of evaluation)
]


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its path below the policy folder."""
    return next((kind for kind in KINDS if matches(name, kind.path)), None)
