//! The tables, as both migrated databases have them; `tests/api/schema.rs` holds this file against each. Only those of the
//! history are not here: no typed query names their columns.

#![expect(missing_docs, reason = "`table!` makes modules for diesel; `migrations/` says what a column means")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    outlets (id) {
        id -> Id,
        slug -> Text,
        name -> Text,
        kind -> Text,
        country -> Nullable<Text>,
        homepage -> Nullable<Text>,
        aliases -> Document,
        datelines -> Document,
        domains -> Document,
        marks -> Document,
        wikidata -> Nullable<Text>,
        source -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    actors (id) {
        id -> Id,
        slug -> Text,
        name -> Text,
        kind -> Text,
        gender -> Nullable<Text>,
        country -> Nullable<Text>,
        parent_id -> Nullable<Id>,
        demonyms -> Document,
        capital -> Nullable<Text>,
        wikidata -> Nullable<Text>,
        source -> Nullable<Text>,
        review -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    actor_names (actor_id, position) {
        actor_id -> Id,
        position -> BigInt,
        name -> Text,
        folded -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    actor_roles (actor_id, position) {
        actor_id -> Id,
        position -> BigInt,
        title -> Text,
        office -> Nullable<Text>,
        country -> Nullable<Text>,
        organisation_id -> Nullable<Id>,
        starts_on -> Nullable<Day>,
        ends_on -> Nullable<Day>,
        precision -> Text,
        source -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    zones (id) {
        id -> Id,
        slug -> Text,
        name -> Text,
        kind -> Text,
        status -> Text,
        country -> Nullable<Text>,
        parent_id -> Nullable<Id>,
        description -> Nullable<Text>,
        proposed_on -> Nullable<Day>,
        agreed_on -> Nullable<Day>,
        in_force_on -> Nullable<Day>,
        ended_on -> Nullable<Day>,
        geometry -> Nullable<Document>,
        geometry_precision -> Nullable<Text>,
        geometry_derivation -> Nullable<Text>,
        min_lon -> Nullable<Double>,
        min_lat -> Nullable<Double>,
        max_lon -> Nullable<Double>,
        max_lat -> Nullable<Double>,
        aliases -> Document,
        terms -> Document,
        wikidata -> Nullable<Text>,
        sources -> Document,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        border_claims -> Document,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    zone_transitions (zone_id, position) {
        zone_id -> Id,
        position -> BigInt,
        status -> Text,
        happened_on -> Day,
        precision -> Text,
        agreement_id -> Nullable<Id>,
        quote_id -> Nullable<Id>,
        said_by_id -> Nullable<Id>,
        source -> Nullable<Text>,
        note -> Nullable<Text>,
        listed -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    agreements (id) {
        id -> Id,
        slug -> Text,
        name -> Text,
        signed_on -> Nullable<Day>,
        in_force_on -> Nullable<Day>,
        place -> Nullable<Text>,
        url -> Nullable<Text>,
        sources -> Document,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    agreement_parties (agreement_id, actor_id, part) {
        agreement_id -> Id,
        actor_id -> Id,
        part -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    agreement_zones (agreement_id, zone_id) {
        agreement_id -> Id,
        zone_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    articles (id) {
        id -> Id,
        outlet_id -> Nullable<Id>,
        url -> Nullable<Text>,
        title -> Nullable<Text>,
        subtitle -> Nullable<Text>,
        text -> Text,
        text_sha256 -> Text,
        language -> Nullable<Text>,
        published_on -> Nullable<Day>,
        published_on_precision -> Nullable<Text>,
        published_on_source -> Nullable<Text>,
        dateline -> Nullable<Document>,
        regions -> Document,
        extraction -> Text,
        extractor -> Text,
        sort_on -> Day,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        read_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    article_sources (article_id) {
        article_id -> Id,
        media_type -> Text,
        content -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    quotes (id) {
        id -> Id,
        article_id -> Id,
        position -> BigInt,
        kind -> Text,
        text -> Text,
        segments -> Document,
        exact -> Text,
        prefix -> Text,
        suffix -> Text,
        cue -> Nullable<Document>,
        speaker_mention -> Nullable<Document>,
        actor_id -> Nullable<Id>,
        role -> Nullable<Text>,
        resolved_by -> Nullable<Text>,
        said_on -> Nullable<Day>,
        said_on_precision -> Nullable<Text>,
        nested_in -> Nullable<Id>,
        confidence -> Double,
        why -> Document,
        review -> Text,
        as_extracted -> Nullable<Document>,
        extractor -> Text,
        sort_on -> Day,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        occasion -> Nullable<Document>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    mentions (id) {
        id -> Id,
        article_id -> Id,
        quote_id -> Nullable<Id>,
        actor_id -> Nullable<Id>,
        zone_id -> Nullable<Id>,
        text -> Text,
        start_offset -> BigInt,
        end_offset -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    quote_zones (zone_id, sort_on, quote_id) {
        zone_id -> Id,
        sort_on -> Day,
        quote_id -> Id,
        said_on -> Nullable<Day>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    gazetteer_version (id) {
        id -> Integer,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    keys (id) {
        id -> Id,
        name -> Text,
        prefix -> Text,
        hash -> Text,
        scope -> Text,
        created_at -> Instant,
        created_by -> Document,
        expires_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
        revoked_by -> Nullable<Document>,
        last_used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    idempotency_keys (scope, key) {
        scope -> Text,
        key -> Text,
        fingerprint -> Text,
        attempt -> Id,
        lease_until -> Instant,
        status -> Nullable<BigInt>,
        body -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    changes (seq) {
        seq -> BigInt,
        at -> Instant,
        resource -> Text,
        resource_id -> Id,
        version -> BigInt,
        change -> Text,
        author -> Document,
        reason -> Nullable<Text>,
        before -> Nullable<Text>,
        position -> Nullable<BigInt>,
        gone -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    deletions (id) {
        id -> Id,
        resource -> Text,
        resource_id -> Id,
        label -> Text,
        deleted_at -> Instant,
        deleted_by -> Document,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    actor_merges (actor_id) {
        actor_id -> Id,
        slug -> Text,
        into_id -> Id,
        merged_at -> Instant,
        merged_by -> Document,
        reason -> Nullable<Text>,
        aliases -> Document,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    imports (id) {
        id -> Id,
        status -> Text,
        created_at -> Instant,
        created_by -> Document,
        started_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        updated_at -> Instant,
        bytes -> BigInt,
        bytes_read -> BigInt,
        lines_read -> BigInt,
        added -> Document,
        known -> BigInt,
        refused -> BigInt,
        cancel_requested -> Bool,
        detail -> Nullable<Text>,
        attempt -> Nullable<Id>,
        lease_until -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    import_errors (import_id, line) {
        import_id -> Id,
        line -> BigInt,
        errors -> Document,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    import_names (import_id, resource, key) {
        import_id -> Id,
        resource -> Text,
        key -> Text,
        resource_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    webhooks (id) {
        id -> Id,
        url -> Text,
        description -> Nullable<Text>,
        enabled -> Bool,
        filter -> Document,
        gone_at -> Nullable<Instant>,
        retry_at -> Nullable<Instant>,
        previous_secret_until -> Nullable<Instant>,
        created_at -> Instant,
        created_by -> Document,
        updated_at -> Instant,
        version -> BigInt,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        position -> BigInt,
        lease_owner -> Nullable<Id>,
        lease_until -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    webhook_deliveries (id) {
        id -> Id,
        webhook_id -> Id,
        event -> Text,
        position -> BigInt,
        resource -> Nullable<Text>,
        resource_id -> Nullable<Id>,
        state -> Text,
        attempts -> BigInt,
        last_attempt_at -> Nullable<Instant>,
        last_status -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    statements (id) {
        id -> Id,
        actor_id -> Id,
        lead_id -> Id,
        sort_on -> Day,
        reports -> BigInt,
        is_shared -> Bool,
        is_closed -> Bool,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    statement_reports (quote_id) {
        quote_id -> Id,
        statement_id -> Id,
        actor_id -> Id,
        first_on -> Nullable<Day>,
        last_on -> Nullable<Day>,
        content -> Double,
        keys -> Text,
        reason -> Text,
        like_id -> Nullable<Id>,
        score -> Nullable<Double>,
        parts -> Nullable<Document>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    statement_decisions (id) {
        id -> Id,
        kind -> Text,
        quote_id -> Nullable<Id>,
        other_id -> Nullable<Id>,
        statement_id -> Nullable<Id>,
        made_at -> Instant,
        made_by -> Document,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    statement_queue (article_id) {
        article_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    positions (id) {
        id -> Id,
        quote_id -> Id,
        actor_id -> Id,
        zone_id -> Id,
        stance -> Text,
        conditions -> Document,
        dated_on -> Nullable<Day>,
        dated_precision -> Nullable<Text>,
        sort_on -> Day,
        confidence -> Double,
        why -> Document,
        review -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::models::sql_types::*;

    position_reviews (id) {
        id -> Id,
        quote_id -> Id,
        zone_id -> Id,
        made_at -> Instant,
        made_by -> Document,
        reason -> Nullable<Text>,
        before -> Document,
        after -> Document,
    }
}

diesel::joinable!(articles -> outlets (outlet_id));
diesel::joinable!(quotes -> articles (article_id));
diesel::joinable!(quotes -> actors (actor_id));
diesel::joinable!(actor_names -> actors (actor_id));
diesel::joinable!(agreement_parties -> actors (actor_id));
diesel::joinable!(agreement_parties -> agreements (agreement_id));
diesel::joinable!(agreement_zones -> agreements (agreement_id));
diesel::joinable!(agreement_zones -> zones (zone_id));
diesel::joinable!(zone_transitions -> zones (zone_id));
diesel::joinable!(zone_transitions -> agreements (agreement_id));
diesel::joinable!(zone_transitions -> actors (said_by_id));
diesel::joinable!(mentions -> actors (actor_id));
diesel::joinable!(mentions -> zones (zone_id));
diesel::joinable!(mentions -> articles (article_id));
diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));
diesel::joinable!(statements -> actors (actor_id));
diesel::joinable!(statement_reports -> statements (statement_id));
diesel::joinable!(statement_reports -> quotes (quote_id));
diesel::joinable!(statement_queue -> articles (article_id));
diesel::joinable!(positions -> quotes (quote_id));
diesel::joinable!(positions -> actors (actor_id));
diesel::joinable!(positions -> zones (zone_id));
diesel::allow_tables_to_appear_in_same_query!(
    outlets,
    actors,
    actor_names,
    actor_roles,
    zones,
    zone_transitions,
    agreements,
    agreement_parties,
    agreement_zones,
    articles,
    article_sources,
    quotes,
    mentions,
    quote_zones,
    gazetteer_version,
    idempotency_keys,
    webhooks,
    webhook_deliveries,
    statements,
    statement_reports,
    statement_decisions,
    statement_queue,
    positions,
    position_reviews
);
