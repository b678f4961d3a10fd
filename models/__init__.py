"""What is stored: one table per class, SQLAlchemy 2 typed models."""

from models.association import (
    Association,
    AssociationPost,
    AssociationRole,
    AssociationState,
    Belonging,
    BelongingState,
    ListedFirm,
    StaffInvitation,
)
from models.base import Base, UtcDateTime, fold, new_key, now_utc
from models.call import Application, ApplicationState, Call, CallGroup, CallPromoter, CallState
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
from models.job import Job, JobState
from models.mail import Mail
from models.market import BarrierKind, BarrierState, MarketBarrier, MarketFeeling
from models.member_import import ColumnMapping, ImportRow, ImportState, MemberImport, RowKind
from models.member_invitation import MemberInvitation, SuppressedAddress
from models.network import Cluster, NetworkRun, Place, Tie
from models.person import Person, Post, PostInvitation, PostRole, Role
from models.ranking_model import RankingAct, RankingEntry, RankingModel, RankingState
from models.readiness import ReadinessAnswer, ReadinessScore, ReadinessTake, Scores
from models.search import create_search, matches_search, matches_word, search_words
from models.submission import Submission, SubmissionReview, SubmissionState, Verdict
from models.vote import Ballot, BallotChoice, Subject, Vote, VoteState

__all__ = [
    "Application", "ApplicationState", "Call", "CallGroup", "CallPromoter", "CallState",
    "Association", "AssociationPost", "AssociationRole", "AssociationState", "Belonging", "BelongingState",
    "ColumnMapping", "ImportRow", "ImportState", "ListedFirm", "MemberImport", "MemberInvitation", "RowKind",
    "StaffInvitation", "SuppressedAddress",
    "Ballot", "BallotChoice", "BarrierKind", "BarrierState", "Base", "Block", "Certificate", "Changes", "Choice",
    "ChoiceKind", "Cluster", "Consortium", "ConsortiumKind", "ConsortiumProduct", "ConsortiumState",
    "CostComponent", "CostPart", "Decision", "Firm", "FirmCapability", "FirmChange", "FirmLanguage", "FirmLink",
    "FirmState", "FirmTag", "Happening", "Introduction", "Job", "JobState", "KnownMarket", "Mail",
    "MarketBarrier", "MarketFeeling",
    "MemberState", "Membership", "Message", "NetworkRun", "Outcome", "Person", "Place", "Post", "PostInvitation",
    "PostRole", "Product", "RankingAct", "RankingEntry", "RankingModel", "RankingState", "ReadMark",
    "ReadinessAnswer", "ReadinessScore", "ReadinessTake", "Role", "Scores", "Subject", "Submission",
    "SubmissionReview", "SubmissionState", "TargetMarket", "Tie", "UtcDateTime", "Verdict", "Vote", "VoteState",
    "VotesBy", "WantedCapability", "changes_since", "create_changes", "create_search", "database_identity",
    "fold", "make_engine", "make_sessions", "matches_search", "matches_word", "new_key", "now_utc", "search_words",
]  # fmt: skip
