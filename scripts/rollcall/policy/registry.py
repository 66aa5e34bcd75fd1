"""The files that the policy folder may hold, each with the model it is held to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rollcall.checklist import Strict
from rollcall.names import matches
from rollcall.policy.compat import Compatibility
from rollcall.policy.organisation import Organisation
from rollcall.policy.regions import Regions
from rollcall.policy.scenarios import Scenarios
from rollcall.policy.training import Training
from rollcall.policy.trial import Trial


@dataclass(frozen=True, slots=True)
class Kind:
    """A file, or with `*` a folder of files, of policy data.

    `needs` names the files without which this one says nothing: rules compare the two.
    """

    path: str
    model: type[Strict]
    needs: tuple[str, ...] = ()


KINDS: Final[Sequence[Kind]] = [
    Kind("organisation.yml", Organisation),
    # support
    # (end of support)
    # releases and security
    # (end of releases and security)
    # evaluation
    Kind("compat.yml", Compatibility),
    Kind("regions.yml", Regions),
    Kind("scenarios.yml", Scenarios),
    Kind("training.yml", Training),
    Kind("trial.yml", Trial),
    # (end of evaluation)
]


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its path below the policy folder."""
    return next((kind for kind in KINDS if matches(name, kind.path)), None)
