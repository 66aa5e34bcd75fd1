"""`channels.yml`: the ways to reach support, what each is for, and where a record is kept."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, ClauseId

ChannelKind: TypeAlias = Literal["ticket", "chat", "phone", "remote", "group", "named"]


class Channel(Strict):
    """One way to reach support."""

    id: Id
    kind: ChannelKind
    name: Both
    synchronous: bool = Field(description="both sides are there at the same time")
    record: bool = Field(description="what is said here is the record; else it is copied there")
    address: Id = Field(description="a detail of organisation.yml")
    plans: Mapping[Id, Id] = Field(min_length=1, description="plan → calendar of its hours")
    severities: tuple[str, ...] = Field(min_length=1)
    languages: tuple[Both, ...] = Field(min_length=1)
    best_for: Both
    not_for: Both
    private: Both = Field(description="attachments and personal data: what may be sent, and how")


class Channels(Strict):
    """Every channel."""

    channels: tuple[Channel, ...] = Field(min_length=1)
    clause: ClauseId
