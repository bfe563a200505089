//! Plain data that passes through all layers: the resources, their filters, typed ids, points in time.
//!
//! Each resource has up to four shapes: `X` (what the API gives), `NewX` (what a client may write; a
//! [`MergePatch`] applies to it), `XFilter` (the query of its list) and `XRef` (how another resource names it).

mod actor;
mod agreement;
mod area;
mod article;
mod author;
mod border_claim;
mod change;
mod change_log;
mod deletion;
mod edit;
mod export;
mod extraction;
pub mod geometry;
mod id;
mod id_or_slug;
mod idempotency;
mod import;
mod included;
mod indexed;
mod interchange;
mod json;
mod key;
mod merge;
mod merge_patch;
mod names;
mod objects;
mod ogc;
mod outlet;
mod position;
mod quote;
mod search;
pub mod sql_types;
mod statement;
mod statistic;
pub mod text;
mod time;
mod timeline;
mod transition;
mod validation;
mod webhook;
mod webhook_secret;
mod zone;

pub use actor::{Actor, ActorFilter, ActorRef, NewActor, NewRole, Review, Role};
pub use agreement::{Agreement, AgreementFilter, AgreementRef, NewAgreement, NewParty, Part, Party};
pub use area::Area;
pub(crate) use area::wound_with_note;
pub use article::{
    Article, ArticleFilter, ArticleMetadata, ArticleSummary, ArticleWithQuotes, ExtractionState, NewArticle,
};
pub use author::Author;
pub use border_claim::{BorderClaim, NewBorderClaim};
pub use change::{Change, ChangeKind, NewChange, Representation, ResourceKind, Revision, Versioned};
pub use change_log::{ChangeCursor, ChangeFilter, ChangeLog, LoggedChange, NotACursor, Since};
pub use deletion::{Deletion, DeletionFilter, Restored};
pub use edit::{Edit, Precondition};
pub use export::ExportFormat;
pub use extraction::{ArticlesToRead, QuoteChange, Reextraction};
pub use id::Id;
pub use id_or_slug::Key;
pub use idempotency::{Idempotency, StoredAnswer};
pub use import::{ImportCounts, ImportError, ImportFilter, ImportJob, ImportProgress, ImportStatus};
pub use included::{
    ActorInclude, ActorIncluded, AgreementInclude, AgreementIncluded, ArticleInclude, ArticleIncluded, QuoteInclude,
    QuoteIncluded, ZoneInclude, ZoneIncluded,
};
pub use indexed::{IndexedArticle, IndexedQuote};
pub use interchange::{
    ArticleRecord, INTERCHANGE_FORMAT, Identity, InstanceRecord, Kept, MentionRecord, MergeRecord, QuoteRecord, Record,
    SourceRecord, SpeakerRecord, write_quote,
};
pub use json::Json;
pub use key::{ApiKey, ApiKeyFilter, IssuedApiKey, KeyText, NewApiKey, NotAKey, NotAScope, Scope};
pub use merge::{ActorMerge, NewMerge};
pub use merge_patch::MergePatch;
pub(crate) use merge_patch::json_pointer;
pub use names::name_of;
pub use objects::OfObjects;
pub use ogc::{
    Collection, Collections, Conformance, Extent, FeatureFilter, FeatureLink, LandingPage, SpatialExtent,
    TemporalExtent, ZoneFeature, ZoneFeatures, ZoneProperties,
};
pub use outlet::{NewOutlet, Outlet, OutletFilter, OutletKind, OutletRef};
pub use position::{Position, PositionFilter, PositionReading, PositionReview, PositionWithReviews};
pub use quote::{
    Mention, NewQuote, NewSpeaker, Quote, QuoteFilter, QuoteReading, SelectorType, Speaker, TextQuoteSelector,
};
pub use search::{
    FacetName, FacetValue, FacetValues, IndexProgress, IndexState, IndexedUpTo, SearchFilter, SearchHit,
    SearchParameters, SearchablePage, SearchedType,
};
pub use statement::{
    ComparedQuotes, ComparedReport, DecisionKind, NewJoin, NewPin, NewSplit, PlacedQuote, ReportOrigin,
    ReportProvenance, ReportReason, Statement, StatementComparison, StatementDecision, StatementFilter,
    StatementReport, StatementScorePart, StatementWithReports, WordingDifference, WordingDifferenceKind,
};
pub use statistic::{
    NotAGrouping, Period, QuoteCategory, QuoteCounts, QuoteGrouping, QuoteSeries, QuoteStatistics, StatisticsParameters,
};
pub use text::{
    ActorKind, DatePrecision, DateSource, Dateline, Gender, QuoteKind, Region, RegionKind, ResolvedBy, Segment, Span,
    Stance, TextSpan,
};
pub use time::{Day, Instant, NotADay, NotAnInstant};
pub use timeline::{AgreementEvent, TimelineEntry, TimelineFilter};
pub(crate) use transition::arrange;
pub use transition::{NewTransition, Transition};
pub use validation::{FieldError, NOT_A_URL, Name, Validate, fold, is_blank, is_url, slug_of};
pub use webhook::{
    DeliveryState, IssuedWebhook, NewWebhook, NewWebhookFilter, Webhook, WebhookDelivery, WebhookDeliveryFilter,
    WebhookEvent, WebhookEventData, WebhookFilter,
};
pub use webhook_secret::WebhookSecret;
pub(crate) use zone::bounds;
pub use zone::{Lifecycle, NewZone, Zone, ZoneFilter, ZoneKind, ZoneRef, ZoneStatus};

/// The id of an [`Outlet`].
pub type OutletId = Id<Outlet>;
/// The id of an [`Article`].
pub type ArticleId = Id<Article>;
/// The id of a [`Quote`].
pub type QuoteId = Id<Quote>;
/// The id of a [`Statement`].
pub type StatementId = Id<Statement>;
/// The id of a [`Position`].
pub type PositionId = Id<Position>;
/// The id of an [`Actor`].
pub type ActorId = Id<Actor>;
/// The id of a [`Zone`].
pub type ZoneId = Id<Zone>;
/// The id of an [`Agreement`].
pub type AgreementId = Id<Agreement>;
/// The id of an [`ApiKey`].
pub type ApiKeyId = Id<ApiKey>;
/// The id of a [`Deletion`].
pub type DeletionId = Id<Deletion>;
/// The id of an [`ImportJob`].
pub type ImportId = Id<ImportJob>;
/// The id of a [`Mention`].
pub type MentionId = Id<Mention>;
/// The id of a [`Webhook`].
pub type WebhookId = Id<Webhook>;
/// The id of a [`WebhookDelivery`].
pub type WebhookDeliveryId = Id<WebhookDelivery>;

/// The id or slug of an [`Outlet`].
pub type OutletKey = Key<Outlet>;
/// The id or slug of an [`Actor`].
pub type ActorKey = Key<Actor>;
/// The id or slug of a [`Zone`].
pub type ZoneKey = Key<Zone>;
/// The id or slug of an [`Agreement`].
pub type AgreementKey = Key<Agreement>;

/// A change to an [`Outlet`].
pub type OutletPatch = MergePatch<NewOutlet>;
/// A change to an [`Actor`].
pub type ActorPatch = MergePatch<NewActor>;
/// A change to a [`Zone`].
pub type ZonePatch = MergePatch<NewZone>;
/// A change to a [`Webhook`].
pub type WebhookPatch = MergePatch<NewWebhook>;
/// A change to an [`Agreement`].
pub type AgreementPatch = MergePatch<NewAgreement>;
/// A change to what is known about an [`Article`].
pub type ArticlePatch = MergePatch<ArticleMetadata>;
/// A correction or review of a [`Position`].
pub type PositionPatch = MergePatch<PositionReading>;
/// A correction or review of a [`Quote`].
pub type QuotePatch = MergePatch<QuoteReading>;
