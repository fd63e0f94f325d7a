"""The models of the register. RECORD_MODELS and ENTRY_MODELS are its only registries."""

from .area import Area
from .bundle import Bundle, BundleItem, BundleState
from .citation import Citation, Stance
from .contribution import Contribution, ContributionCitation, ContributionInvolvement
from .desk import NoticeChoice, OpenForm, SavedList
from .entry import (
    Entry,
    EntryQuerySet,
    OwnedRow,
    Status,
    free_key,
    named_references,
    owned_model,
    owned_models,
    references_of,
)
from .erasing import Erasure
from .event import Event, EventCitation, EventInvolvement
from .exercise import Exercise, ExerciseCitation, ExerciseInvolvement
from .fund import Fund, FundCitation, FundFigure, FundInvolvement, FundStep
from .index import Generation, IndexEntry, IndexParty
from .involvement import Involvement
from .merge import Merge
from .operation import Operation, OperationCitation, OperationInvolvement
from .party import NameForm, Party, PartyKind, PartyName
from .programme import (
    LinkBasis,
    Programme,
    ProgrammeCitation,
    ProgrammeInvolvement,
    ProgrammeLink,
    ProgrammeStep,
)
from .reading import LinkCheck, LinkOutcome, Paragraph
from .record import PlanState, Record
from .relation import CoverageCheck, Relation, RelationCitation, Statement
from .remit import Remit
from .revision import OPEN_STATES, Alias, Edition, Nature, Revision, RevisionState
from .source import Source
from .standing import Standing, StandingCitation, StandingInvolvement, StandingStep
from .step import Step, SteppedRecord
from .term import MEANINGS, ActsAs, Term, Vocabulary
from .upload import Upload, UploadState

# In the order in which files list them: whatever a kind refers to comes before it.
RECORD_MODELS = (Event, Programme, Exercise, Fund, Operation, Contribution, Standing)
ENTRY_MODELS = (Term, Area, Source, Party, *RECORD_MODELS, Relation)


def entry_model(kind: str) -> type[Entry] | None:
    """The entry model of a kind as links, aliases and revisions name it, `event` in `event:slug`; None for no kind."""
    return next((model for model in ENTRY_MODELS if model.kind_name() == kind), None)


__all__ = [
    "ENTRY_MODELS",
    "MEANINGS",
    "OPEN_STATES",
    "RECORD_MODELS",
    "ActsAs",
    "Alias",
    "Area",
    "Bundle",
    "BundleItem",
    "BundleState",
    "Citation",
    "Contribution",
    "ContributionCitation",
    "ContributionInvolvement",
    "CoverageCheck",
    "Edition",
    "Entry",
    "EntryQuerySet",
    "Erasure",
    "Event",
    "EventCitation",
    "EventInvolvement",
    "Exercise",
    "ExerciseCitation",
    "ExerciseInvolvement",
    "Fund",
    "FundCitation",
    "FundFigure",
    "FundInvolvement",
    "FundStep",
    "Generation",
    "IndexEntry",
    "IndexParty",
    "Involvement",
    "LinkBasis",
    "LinkCheck",
    "LinkOutcome",
    "Merge",
    "NameForm",
    "Nature",
    "NoticeChoice",
    "OpenForm",
    "Operation",
    "OperationCitation",
    "OperationInvolvement",
    "OwnedRow",
    "Paragraph",
    "Party",
    "PartyKind",
    "PartyName",
    "PlanState",
    "Programme",
    "ProgrammeCitation",
    "ProgrammeInvolvement",
    "ProgrammeLink",
    "ProgrammeStep",
    "Record",
    "Relation",
    "RelationCitation",
    "Remit",
    "Revision",
    "RevisionState",
    "SavedList",
    "Source",
    "Stance",
    "Standing",
    "StandingCitation",
    "StandingInvolvement",
    "StandingStep",
    "Statement",
    "Status",
    "Step",
    "SteppedRecord",
    "Term",
    "Upload",
    "UploadState",
    "Vocabulary",
    "entry_model",
    "free_key",
    "named_references",
    "owned_model",
    "owned_models",
    "references_of",
]
