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
from models.audit import AuditEntry, AuditHead, AuditName, Deed
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
from models.cost import CostComponent, CostPart, ShareLimit
from models.document import DocumentKind, GroupDocument, GroupFile, Minutes, MinutesWording, StepDone
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
from models.group_message import GroupMessage, GroupReadMark
from models.group_proposal import GroupProposal, ProposalState
from models.introduction import Choice, ChoiceKind, Introduction, Message, ReadMark
from models.job import Job, JobState
from models.lead_offer import LeadOffer
from models.ledger import DueReminder, EntryKind, LedgerEntry, NoticeState, PaymentNotice, create_ledger_guards
from models.mail import Mail
from models.mandate import ActKind, ActOnBehalf, Mandate, MandateEnd, MandateState, StaffNote
from models.market import BarrierKind, BarrierState, MarketBarrier, MarketFeeling
from models.meeting import CalendarFeed, Meeting, MeetingAnswer, MeetingState, MeetingTime, TimeAnswer
from models.member_import import ColumnMapping, ImportRow, ImportState, MemberImport, RowKind
from models.member_invitation import MemberInvitation, SuppressedAddress
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
from models.pledge import MemberPledge
from models.proof import Proof, ProofDecision, ProofKind, ProofOutcome, ProofState, ProofVersion
from models.ranking_model import RankingAct, RankingEntry, RankingModel, RankingState
from models.readiness import ReadinessAnswer, ReadinessScore, ReadinessTake, Scores
from models.report import Report, ReportOutcome, ReportState
from models.search import create_search, matches_search, matches_word, search_words
from models.second_factor import RecoveryCode, SecondFactor
from models.site import CommandRun, SiteSetting, SuspensionTrace
from models.submission import Submission, SubmissionReview, SubmissionState, Verdict
from models.vote import Ballot, BallotChoice, Subject, Vote, VoteState

__all__ = [
    "ActKind", "ActOnBehalf", "Appeal", "AppealState", "Application", "ApplicationState", "Association",
    "AssociationPost", "AssociationRole", "AssociationState", "AuditEntry", "AuditHead", "AuditName", "Ballot",
    "BallotChoice", "BarrierKind", "BarrierState", "Base", "Belonging", "BelongingState", "Block", "CalendarFeed",
    "Call", "CallGroup", "CallPromoter", "CallState", "CaseClaim", "CaseEscalation", "CaseNote", "Certificate",
    "Changes", "ChangeState", "Choice", "ChoiceKind", "Cluster", "ColumnMapping", "CommandRun", "Consortium",
    "ConsortiumKind",
    "ConsortiumProduct", "ConsortiumState", "CostComponent", "CostPart", "Decision", "Deed", "DocumentKind",
    "DueReminder", "EntryKind", "Firm", "FirmCapability", "FirmChange", "FirmChangeCase", "FirmLanguage",
    "FirmLink", "FirmState", "FirmTag", "GroupDocument", "GroupFile", "GroupMessage", "GroupProposal",
    "GroupReadMark", "Happening", "ImportRow", "ImportState", "Introduction", "Job", "JobState", "KnownMarket",
    "LeadOffer", "LedgerEntry", "ListedFirm", "Mail", "Mandate", "MandateEnd", "MandateState", "MarketBarrier",
    "MarketFeeling", "Meeting", "MeetingAnswer", "MeetingState", "MeetingTime", "MemberImport", "MemberInvitation",
    "MemberPledge", "Membership", "MemberState", "Message", "Minutes", "MinutesWording", "NetworkRun", "NoteKind",
    "NoticeState", "Outcome", "PaymentNotice", "Person", "Place", "Post", "PostInvitation", "PostRole", "Product",
    "ProfileSnapshot", "Proof", "ProofDecision", "ProofKind", "ProofOutcome", "ProofState", "ProofVersion",
    "ProposalState", "RankingAct", "RankingEntry", "RankingModel", "RankingState", "ReadinessAnswer",
    "ReadinessScore", "ReadinessTake", "ReadMark", "RecoveryCode", "Report", "ReportOutcome", "ReportState", "Role",
    "RowKind", "Scores", "SecondFactor", "ShareLimit", "SiteSetting", "StaffInvitation", "StaffNote", "StepDone",
    "Subject", "Submission", "SubmissionReview", "SubmissionState", "SuppressedAddress", "SuspensionTrace",
    "TargetMarket", "Tie", "TimeAnswer", "UtcDateTime", "Verdict", "Verification", "Vote", "VotesBy", "VoteState",
    "WantedCapability", "changes_since", "create_changes", "create_ledger_guards", "create_search",
    "database_identity", "fold", "make_engine", "make_sessions", "matches_search", "matches_word", "new_key",
    "now_utc", "search_words",
]  # fmt: skip
