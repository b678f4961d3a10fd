"""What is stored: one table per class, SQLAlchemy 2 typed models."""

from models.base import Base, UtcDateTime, fold, new_key, now_utc
from models.change import Changes, FirmChange, changes_since, create_changes, database_identity
from models.consortium import (
    Consortium,
    ConsortiumKind,
    ConsortiumProduct,
    ConsortiumState,
    Happening,
    Membership,
    MemberState,
    Outcome,
    VotesBy,
    WantedCapability,
)
from models.cost import CostComponent, CostPart
from models.engine import make_engine, make_sessions
from models.firm import (
    Block,
    Certificate,
    Decision,
    Firm,
    FirmCapability,
    FirmLanguage,
    FirmLink,
    FirmState,
    FirmTag,
    KnownMarket,
    Product,
    TargetMarket,
)
from models.introduction import Choice, ChoiceKind, Introduction, Message, ReadMark
from models.mail import Mail
from models.market import BarrierKind, BarrierState, MarketBarrier, MarketFeeling
from models.moderation import (
    Appeal,
    AppealState,
    CaseClaim,
    CaseEscalation,
    CaseNote,
    ChangeState,
    FirmChangeCase,
    NoteKind,
    ProfileSnapshot,
    Verification,
)
from models.network import Cluster, NetworkRun, Place, Tie
from models.person import Person, Post, PostInvitation, PostRole, Role
from models.ranking_model import RankingAct, RankingEntry, RankingModel, RankingState
from models.readiness import ReadinessAnswer, ReadinessScore, ReadinessTake, Scores
from models.report import Report, ReportOutcome, ReportState
from models.search import create_search, matches_search, matches_word, search_words
from models.submission import Submission, SubmissionReview, SubmissionState, Verdict
from models.vote import Ballot, BallotChoice, Subject, Vote, VoteState

__all__ = [
    "Appeal", "AppealState", "Ballot", "BallotChoice", "BarrierKind", "BarrierState", "Base", "Block",
    "CaseClaim", "CaseEscalation", "CaseNote", "Certificate", "ChangeState", "Changes", "Choice", "ChoiceKind",
    "Cluster", "Consortium", "ConsortiumKind", "ConsortiumProduct", "ConsortiumState", "CostComponent",
    "CostPart", "Decision", "Firm", "FirmCapability", "FirmChange", "FirmChangeCase", "FirmLanguage",
    "FirmLink", "FirmState", "FirmTag", "Happening", "Introduction", "KnownMarket", "Mail", "MarketBarrier",
    "MarketFeeling", "MemberState", "Membership", "Message", "NetworkRun", "NoteKind", "Outcome", "Person",
    "Place", "Post", "PostInvitation", "PostRole", "Product", "ProfileSnapshot", "RankingAct", "RankingEntry",
    "RankingModel", "RankingState", "ReadMark", "ReadinessAnswer", "ReadinessScore", "ReadinessTake", "Report",
    "ReportOutcome", "ReportState", "Role", "Scores", "Subject", "Submission", "SubmissionReview",
    "SubmissionState", "TargetMarket", "Tie", "UtcDateTime", "Verdict", "Verification", "Vote", "VoteState",
    "VotesBy", "WantedCapability", "changes_since", "create_changes", "create_search", "database_identity",
    "fold", "make_engine", "make_sessions", "matches_search", "matches_word", "new_key", "now_utc",
    "search_words",
]  # fmt: skip
