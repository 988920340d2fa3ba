DO $$
BEGIN      IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'ledger') THEN
        BEGIN
          EXECUTE 'CREATE SCHEMA IF NOT EXISTS ledger';
        EXCEPTION
          WHEN duplicate_schema THEN NULL;
          WHEN unique_violation THEN NULL;
        END;
      END IF;

      IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'analytics') THEN
        BEGIN
          EXECUTE 'CREATE SCHEMA IF NOT EXISTS analytics';
        EXCEPTION
          WHEN duplicate_schema THEN NULL;
          WHEN unique_violation THEN NULL;
        END;
      END IF;

END
$$;


CREATE
OR REPLACE FUNCTION ledger.mt_immutable_timestamp(value text) RETURNS timestamp without time zone LANGUAGE sql IMMUTABLE AS
$function$
select value::timestamp

$function$;


CREATE
OR REPLACE FUNCTION ledger.mt_immutable_timestamptz(value text) RETURNS timestamp with time zone LANGUAGE sql IMMUTABLE AS
$function$
select value::timestamptz

$function$;


CREATE
OR REPLACE FUNCTION ledger.mt_immutable_time(value text) RETURNS time without time zone LANGUAGE sql IMMUTABLE AS
$function$
select value::time

$function$;


CREATE
OR REPLACE FUNCTION ledger.mt_immutable_date(value text) RETURNS date LANGUAGE sql IMMUTABLE AS
$function$
select value::date

$function$;


CREATE
OR REPLACE FUNCTION ledger.mt_grams_vector(text, use_unaccent boolean DEFAULT false)
        RETURNS tsvector
        LANGUAGE plpgsql
        IMMUTABLE STRICT
AS $function$
BEGIN
RETURN (SELECT array_to_string(ledger.mt_grams_array($1, use_unaccent), ' ') ::tsvector);
END
$function$;


CREATE
OR REPLACE FUNCTION ledger.mt_grams_query(text, use_unaccent boolean DEFAULT false)
        RETURNS tsquery
        LANGUAGE plpgsql
        IMMUTABLE STRICT
AS $function$
BEGIN
RETURN (SELECT array_to_string(ledger.mt_grams_array($1, use_unaccent), ' & ') ::tsquery);
END
$function$;


CREATE
OR REPLACE FUNCTION ledger.mt_grams_array(words text, use_unaccent boolean DEFAULT false)
        RETURNS text[]
        LANGUAGE plpgsql
        IMMUTABLE STRICT
AS $function$
        DECLARE
result text[];
        DECLARE
word text;
        DECLARE
clean_word text;
BEGIN
                FOREACH
word IN ARRAY string_to_array(words, ' ')
                LOOP
                     clean_word = regexp_replace(ledger.mt_safe_unaccent(use_unaccent, word), '[^a-zA-Z0-9]+', '','g');
FOR i IN 1 .. length(clean_word)
                     LOOP
                         result := result || quote_literal(substr(lower(clean_word), i, 1));
                         result
:= result || quote_literal(substr(lower(clean_word), i, 2));
                         result
:= result || quote_literal(substr(lower(clean_word), i, 3));
END LOOP;
END LOOP;

RETURN ARRAY(SELECT DISTINCT e FROM unnest(result) AS a(e) ORDER BY e);
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_append(jsonb, text[], jsonb, boolean, jsonb default null::jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    if_not_exists ALIAS FOR $4;
    patch_expression ALIAS FOR $5;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) = 'object' AND NOT tmp_value @> jsonb_build_array(val) THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) <> 'object' AND NOT tmp_value @> val THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN patch_expression IS NOT NULL AND jsonb_typeof(patch_expression) = 'array' AND jsonb_array_length(patch_expression) = 0 THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            ELSE NULL;
            END CASE;
    END IF;
    RETURN retval;
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_append_key_value(jsonb, text[], jsonb, boolean)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    if_not_exists ALIAS FOR $4;
    tmp_value jsonb;
    _key text;
BEGIN
    tmp_value = retval #> location;

    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'object' THEN
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            WHEN NOT tmp_value ?| ARRAY(SELECT jsonb_object_keys(val)) THEN
                retval = jsonb_set(retval, location, tmp_value || val, FALSE);
            ELSE NULL;
        END CASE;
    END IF;
    RETURN retval;
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_copy(jsonb, text[], text[])
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    src_path ALIAS FOR $2;
    dst_path ALIAS FOR $3;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> src_path;
    retval = ledger.mt_jsonb_fix_null_parent(retval, dst_path);
    RETURN jsonb_set(retval, dst_path, tmp_value::jsonb, TRUE);
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_duplicate(jsonb, text[], jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    targets ALIAS FOR $3;
    tmp_value jsonb;
    target_path text[];
    target text;
BEGIN
    FOR target IN SELECT jsonb_array_elements_text(targets)
    LOOP
        target_path = ledger.mt_jsonb_path_to_array(target, '\.');
        retval = ledger.mt_jsonb_copy(retval, location, target_path);
    END LOOP;

    RETURN retval;
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_fix_null_parent(jsonb, text[])
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
retval ALIAS FOR $1;
    dst_path ALIAS FOR $2;
    dst_path_segment text[] = ARRAY[]::text[];
    dst_path_array_length integer;
    i integer = 1;
BEGIN
    dst_path_array_length = array_length(dst_path, 1);
    WHILE i <=(dst_path_array_length - 1)
    LOOP
        dst_path_segment = dst_path_segment || ARRAY[dst_path[i]];
        IF retval #> dst_path_segment IS NULL OR retval #> dst_path_segment = 'null'::jsonb THEN
            retval = jsonb_set(retval, dst_path_segment, '{}'::jsonb, TRUE);
        END IF;
        i = i + 1;
    END LOOP;

    RETURN retval;
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_increment(jsonb, text[], numeric)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
retval ALIAS FOR $1;
    location ALIAS FOR $2;
    increment_value ALIAS FOR $3;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NULL THEN
        tmp_value = to_jsonb(0);
END IF;

RETURN jsonb_set(retval, location, to_jsonb(tmp_value::numeric + increment_value), TRUE);
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_insert(jsonb, text[], jsonb, integer, boolean, jsonb default null::jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    elm_index ALIAS FOR $4;
    if_not_exists ALIAS FOR $5;
    patch_expression ALIAS FOR $6;
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        IF elm_index IS NULL THEN
            elm_index = jsonb_array_length(tmp_value) + 1;
        END IF;
        CASE
            WHEN NOT if_not_exists THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) = 'object' AND NOT tmp_value @> jsonb_build_array(val) THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NULL AND jsonb_typeof(val) <> 'object' AND NOT tmp_value @> val THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            WHEN patch_expression IS NOT NULL AND jsonb_typeof(patch_expression) = 'array' AND jsonb_array_length(patch_expression) = 0 THEN
                retval = jsonb_insert(retval, location || elm_index::text, val);
            ELSE NULL;
        END CASE;
    END IF;
    RETURN retval;
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_move(jsonb, text[], text)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    src_path ALIAS FOR $2;
    dst_name ALIAS FOR $3;
    dst_path text[];
    tmp_value jsonb;
BEGIN
    tmp_value = retval #> src_path;
    retval = retval #- src_path;
    dst_path = src_path;
    dst_path[array_length(dst_path, 1)] = dst_name;
    retval = ledger.mt_jsonb_fix_null_parent(retval, dst_path);
    RETURN jsonb_set(retval, dst_path, tmp_value, TRUE);
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_path_to_array(text, character)
    RETURNS text[]
    LANGUAGE plpgsql
AS $function$
DECLARE
    location ALIAS FOR $1;
    regex_pattern ALIAS FOR $2;
BEGIN
RETURN regexp_split_to_array(location, regex_pattern)::text[];
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_remove(jsonb, text[], jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    val ALIAS FOR $3;
    tmp_value jsonb;
    tmp_remove jsonb;
    patch_remove jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'array' THEN
        IF jsonb_typeof(val) = 'array' THEN
            tmp_remove = val;
        ELSE
            tmp_remove = jsonb_build_array(val);
        END IF;

        FOR patch_remove IN SELECT * FROM jsonb_array_elements(tmp_remove)
        LOOP
            tmp_value =(SELECT jsonb_agg(elem)
            FROM jsonb_array_elements(tmp_value) AS elem
            WHERE elem <> patch_remove);
        END LOOP;

        IF tmp_value IS NULL THEN
            tmp_value = '[]'::jsonb;
        END IF;
    END IF;
    RETURN jsonb_set(retval, location, tmp_value, FALSE);
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_remove_key(jsonb, text[], text)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    location ALIAS FOR $2;
    _key ALIAS FOR $3;
    tmp_value jsonb;
    tmp_remove jsonb;
    patch_remove jsonb;
BEGIN
    tmp_value = retval #> location;
    IF tmp_value IS NOT NULL AND jsonb_typeof(tmp_value) = 'object' THEN
        RETURN jsonb_set(retval, location, tmp_value - _key, FALSE);
    END IF;
    RETURN retval;
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_jsonb_patch(jsonb, jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql
AS $function$
DECLARE
    retval ALIAS FOR $1;
    patchset ALIAS FOR $2;
    patch jsonb;
    patch_path text[];
    patch_expression jsonb;
    value jsonb;
BEGIN
    FOR patch IN SELECT * from jsonb_array_elements(patchset)
    LOOP
        patch_path = ledger.mt_jsonb_path_to_array((patch->>'path')::text, '\.');

        patch_expression = null;
        IF (patch->>'type') IN ('remove', 'append_if_not_exists', 'insert_if_not_exists') AND (patch->>'expression') IS NOT NULL THEN
            patch_expression = jsonb_path_query_array(retval #> patch_path, (patch->>'expression')::jsonpath);
        END IF;

        CASE patch->>'type'
            WHEN 'set' THEN
                retval = jsonb_set(retval, patch_path, (patch->'value')::jsonb, TRUE);
            WHEN 'delete' THEN
                retval = retval#-patch_path;
            WHEN 'append' THEN
                retval = ledger.mt_jsonb_append(retval, patch_path, (patch->'value')::jsonb, FALSE);
            WHEN 'append_if_not_exists' THEN
                retval = ledger.mt_jsonb_append(retval, patch_path, (patch->'value')::jsonb, TRUE, patch_expression);
            WHEN 'append_key_value' THEN
                retval = ledger.mt_jsonb_append_key_value(retval, patch_path, (patch->'key_value')::jsonb, FALSE);
            WHEN 'append_key_value_if_not_exists' THEN
                retval = ledger.mt_jsonb_append_key_value(retval, patch_path, (patch->'key_value')::jsonb, TRUE);
            WHEN 'insert' THEN
                retval = ledger.mt_jsonb_insert(retval, patch_path, (patch->'value')::jsonb, (patch->>'index')::integer, FALSE);
            WHEN 'insert_if_not_exists' THEN
                retval = ledger.mt_jsonb_insert(retval, patch_path, (patch->'value')::jsonb, (patch->>'index')::integer, TRUE, patch_expression);
            WHEN 'remove' THEN
                retval = ledger.mt_jsonb_remove(retval, patch_path, COALESCE(patch_expression, (patch->'value')::jsonb));
            WHEN 'remove_key' THEN
                retval = ledger.mt_jsonb_remove_key(retval, patch_path, (patch->>'key'));
            WHEN 'duplicate' THEN
                retval = ledger.mt_jsonb_duplicate(retval, patch_path, (patch->'targets')::jsonb);
            WHEN 'rename' THEN
                retval = ledger.mt_jsonb_move(retval, patch_path, (patch->>'to')::text);
            WHEN 'increment' THEN
                retval = ledger.mt_jsonb_increment(retval, patch_path, (patch->>'increment')::numeric);
            WHEN 'increment_float' THEN
                retval = ledger.mt_jsonb_increment(retval, patch_path, (patch->>'increment')::numeric);
            ELSE NULL;
        END CASE;
    END LOOP;
    RETURN retval;
END;
$function$;


CREATE
OR REPLACE FUNCTION ledger.mt_safe_unaccent(use_unaccent BOOLEAN, word TEXT)
        RETURNS TEXT
        LANGUAGE plpgsql
        IMMUTABLE STRICT
AS $function$
BEGIN
IF use_unaccent THEN
    RETURN public.unaccent(word);
ELSE
    RETURN word;
END IF;
END;
$function$;


CREATE TABLE IF NOT EXISTS ledger.schema_version (
    one                 boolean                     NOT NULL,
    version             integer                     NOT NULL,
    applied             timestamp with time zone    NOT NULL,
    unordered_until     bigint                      NOT NULL DEFAULT 0,
    unordered_latest    timestamp with time zone    NULL,
    rebuild_needed      boolean                     NOT NULL DEFAULT false,
CONSTRAINT pkey_schema_version_one PRIMARY KEY (one)
);
CREATE TABLE IF NOT EXISTS ledger.evidence (
    position         bigint                      NOT NULL,
    event_id         uuid                        NOT NULL,
    kind             smallint                    NOT NULL,
    recorded_at      timestamp with time zone    NOT NULL,
    published        date                        NULL,
    publisher        text                        NOT NULL,
    feed             text                        NOT NULL,
    recipient        text                        NOT NULL,
    supplier         text                        NOT NULL,
    platform         text                        NOT NULL,
    platform_name    text                        NULL,
    deal             text                        NULL,
    lot              text                        NULL,
    qualifier        smallint                    NOT NULL,
    n                bigint                      NULL,
    low              bigint                      NULL,
    best             bigint                      NULL,
    high             bigint                      NULL,
    unit             smallint                    NOT NULL,
    earliest         date                        NULL,
    middle           date                        NULL,
    latest           date                        NULL,
    due_earliest     date                        NULL,
    due_middle       date                        NULL,
    due_latest       date                        NULL,
    grade            text                        NOT NULL,
    role             smallint                    NOT NULL,
    origin           text                        NULL,
    milestone        smallint                    NULL,
    cancelled        boolean                     NOT NULL,
    licensed         boolean                     NOT NULL,
    inventory        boolean                     NOT NULL,
    supersedes       text                        NULL,
    target           uuid                        NULL,
    successor        uuid                        NULL,
    cause            smallint                    NULL,
    passed_to        text                        NULL,
    rate_a_year      bigint                      NULL,
CONSTRAINT pkey_evidence_position PRIMARY KEY (position)
);

CREATE INDEX idx_evidence_recipient_platform_position ON ledger.evidence USING btree (recipient, platform, position);

CREATE INDEX idx_evidence_platform_recipient_position ON ledger.evidence USING btree (platform, recipient, position);

CREATE INDEX idx_evidence_recipient_position ON ledger.evidence USING btree (recipient, position);

CREATE INDEX idx_evidence_platform_position ON ledger.evidence USING btree (platform, position);

CREATE INDEX idx_evidence_supplier_recipient_platform_position ON ledger.evidence USING btree (supplier, recipient, platform, position);

CREATE INDEX idx_evidence_deal_position ON ledger.evidence USING btree (deal, position);

CREATE INDEX idx_evidence_publisher_position ON ledger.evidence USING btree (publisher, position);

CREATE INDEX idx_evidence_feed_position ON ledger.evidence USING btree (feed, position);

CREATE INDEX idx_evidence_kind_position ON ledger.evidence USING btree (kind, position);

CREATE INDEX idx_evidence_recorded_at ON ledger.evidence USING btree (recorded_at);

CREATE INDEX idx_evidence_passed_to ON ledger.evidence USING btree (passed_to, recipient, platform) WHERE (passed_to is not null);
CREATE TABLE IF NOT EXISTS ledger.editions (
    number            bigint                      NOT NULL,
    id                text                        NOT NULL,
    feed              text                        NOT NULL,
    published         date                        NOT NULL,
    digest            text                        NOT NULL,
    whole             boolean                     NOT NULL,
    kind              text                        NULL,
    form              text                        NULL,
    file_of_day       integer                     NULL,
    selection         boolean                     NULL,
    inherits_flags    boolean                     NULL,
    reason            text                        NULL,
    withdrawn_by      bigint                      NULL,
    reporter          text                        NOT NULL,
    accepted          timestamp with time zone    NOT NULL,
    ended             timestamp with time zone    NULL,
    state             text                        NOT NULL,
    file              bytea                       NULL,
    checkpoint        integer                     NULL,
    lines             integer                     NULL,
    attempts          integer                     NOT NULL,
    fault             text                        NULL,
    counted           text                        NULL,
    unfinished        date                        NULL,
    compared_at       bigint                      NULL,
    summary           text                        NULL,
    problem           text                        NULL,
    position          bigint                      NULL,
CONSTRAINT pkey_editions_number PRIMARY KEY (number)
);

CREATE UNIQUE INDEX idx_editions_id ON ledger.editions USING btree (id);
CREATE TABLE IF NOT EXISTS ledger.edition_lines (
    edition      bigint     NOT NULL,
    n            integer    NOT NULL,
    line         integer    NULL,
    status       text       NOT NULL,
    finding      text       NOT NULL,
    recipient    text       NULL,
    deal         text       NULL,
    platform     text       NULL,
    name         text       NULL,
    category     text       NULL,
    what         text       NULL,
    taken_as     text       NULL,
    problem      text       NULL,
    reports      uuid[]     NULL,
    created      integer    NOT NULL,
    existing     integer    NOT NULL,
    position     bigint     NULL,
    to_post      bytea      NULL,
CONSTRAINT pkey_edition_lines_edition_n PRIMARY KEY (edition, n)
);
create schema if not exists analytics;
create table if not exists analytics.snapshots (
  snapshot bigint generated always as identity primary key, taken_at timestamp with time zone not null, as_of date not null,
  position bigint not null, known_at timestamp with time zone, method integer not null, first_year integer not null);
comment on table analytics.snapshots is 'Snapshots of the tables for analysts.';
drop view if exists analytics.holdings, analytics.holdings_history;
create table if not exists analytics.holdings_rows (
  snapshot bigint not null,
  as_of date not null,
  recipient text not null,
  recipient_name text not null,
  recipient_ended date,
  platform text not null,
  platform_name text not null,
  category text not null,
  class text not null,
  made_for text not null,
  headline boolean not null,
  low bigint not null,
  best bigint not null,
  high bigint,
  high_open boolean not null,
  closed_high bigint not null,
  conflicted boolean not null,
  on_order bigint not null,
  announced bigint not null,
  on_loan_low bigint not null,
  on_loan_best bigint not null,
  on_loan_high bigint,
  on_loan_high_open boolean not null,
  delisted_low bigint not null,
  delisted_best bigint not null,
  delisted_high bigint,
  delisted_high_open boolean not null,
  lost_low bigint not null,
  lost_best bigint not null,
  lost_high bigint,
  lost_high_open boolean not null,
  reports bigint not null,
  origins bigint not null,
  publishers bigint not null,
  best_grade text,
  newest_reported date,
  oldest_delivery date,
  words text not null);
create index if not exists idx_holdings_rows_snapshot on analytics.holdings_rows (snapshot);
create view analytics.holdings as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.recipient, r.recipient_name, r.recipient_ended, r.platform, r.platform_name, r.category, r.class, r.made_for, r.headline, r.low, r.best, r.high, r.high_open, r.closed_high, r.conflicted, r.on_order, r.announced, r.on_loan_low, r.on_loan_best, r.on_loan_high, r.on_loan_high_open, r.delisted_low, r.delisted_best, r.delisted_high, r.delisted_high_open, r.lost_low, r.lost_best, r.lost_high, r.lost_high_open, r.reports, r.origins, r.publishers, r.best_grade, r.newest_reported, r.oldest_delivery, r.words
from analytics.holdings_rows r join analytics.snapshots s on s.snapshot = r.snapshot
where r.snapshot = (select max(snapshot) from analytics.snapshots);
create view analytics.holdings_history as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.recipient, r.recipient_name, r.recipient_ended, r.platform, r.platform_name, r.category, r.class, r.made_for, r.headline, r.low, r.best, r.high, r.high_open, r.closed_high, r.conflicted, r.on_order, r.announced, r.on_loan_low, r.on_loan_best, r.on_loan_high, r.on_loan_high_open, r.delisted_low, r.delisted_best, r.delisted_high, r.delisted_high_open, r.lost_low, r.lost_best, r.lost_high, r.lost_high_open, r.reports, r.origins, r.publishers, r.best_grade, r.newest_reported, r.oldest_delivery, r.words
from analytics.holdings_rows r join analytics.snapshots s on s.snapshot = r.snapshot;
comment on view analytics.holdings is 'One row for each recipient and platform of which a report is visible; of the newest snapshot.';
comment on column analytics.holdings.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.holdings.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.holdings.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.holdings.snapshot_method is 'The method of estimation.';
comment on column analytics.holdings.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.holdings.recipient_name is 'The recipient: its name in English.';
comment on column analytics.holdings.recipient_ended is 'The last day of a recipient that is a state no more, and that lists of countries leave out from then on; empty: it is one.';
comment on column analytics.holdings.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.holdings.platform_name is 'The platform: its name.';
comment on column analytics.holdings.category is 'The platform''s category.';
comment on column analytics.holdings.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.holdings.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.holdings.headline is 'Whether it counts in the headline: durable unmanned aircraft, civil ones left out.';
comment on column analytics.holdings.low is 'Units that the recipient has: delivered or produced, less reported losses: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings.best is 'Units that the recipient has: delivered or produced, less reported losses: the best single reading. Unit: items.';
comment on column analytics.holdings.high is 'Units that the recipient has: delivered or produced, less reported losses: the most that the evidence allows; empty where high_open. Unit: items.';
comment on column analytics.holdings.high_open is 'Units that the recipient has: delivered or produced, less reported losses: whether nobody has bounded it, so that high is empty and not 0.';
comment on column analytics.holdings.closed_high is 'high where it is closed, else what of it is: sum this, and count high_open beside it. Unit: items.';
comment on column analytics.holdings.conflicted is 'Whether credible reports contradict each other.';
comment on column analytics.holdings.on_order is 'Ordered and not yet come: pipeline, not fleet. Unit: items.';
comment on column analytics.holdings.announced is 'Announced and not yet ordered: pipeline, not fleet. Unit: items.';
comment on column analytics.holdings.on_loan_low is 'Units operated on loan, beside the fleet and never in it: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings.on_loan_best is 'Units operated on loan, beside the fleet and never in it: the best single reading. Unit: items.';
comment on column analytics.holdings.on_loan_high is 'Units operated on loan, beside the fleet and never in it: the most that the evidence allows; empty where on_loan_high_open. Unit: items.';
comment on column analytics.holdings.on_loan_high_open is 'Units operated on loan, beside the fleet and never in it: whether nobody has bounded it, so that on_loan_high is empty and not 0.';
comment on column analytics.holdings.delisted_low is 'What would stand more if no source had stopped listing what it had listed: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings.delisted_best is 'What would stand more if no source had stopped listing what it had listed: the best single reading. Unit: items.';
comment on column analytics.holdings.delisted_high is 'What would stand more if no source had stopped listing what it had listed: the most that the evidence allows; empty where delisted_high_open. Unit: items.';
comment on column analytics.holdings.delisted_high_open is 'What would stand more if no source had stopped listing what it had listed: whether nobody has bounded it, so that delisted_high is empty and not 0.';
comment on column analytics.holdings.lost_low is 'Units lost: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings.lost_best is 'Units lost: the best single reading. Unit: items.';
comment on column analytics.holdings.lost_high is 'Units lost: the most that the evidence allows; empty where lost_high_open. Unit: items.';
comment on column analytics.holdings.lost_high_open is 'Units lost: whether nobody has bounded it, so that lost_high is empty and not 0.';
comment on column analytics.holdings.reports is 'How many reports count. Unit: reports.';
comment on column analytics.holdings.origins is 'How many different origins they have. Unit: origins.';
comment on column analytics.holdings.publishers is 'How many publishers they come from. Unit: publishers.';
comment on column analytics.holdings.best_grade is 'The best of their grades, NATO Admiralty code; empty: none counts.';
comment on column analytics.holdings.newest_reported is 'The newest day on which one of them was reported; empty: none counts.';
comment on column analytics.holdings.oldest_delivery is 'The earliest day on which a delivery or completion among them may have happened; empty: there is none.';
comment on column analytics.holdings.words is 'The estimate as a sentence in English.';
comment on view analytics.holdings_history is 'One row for each recipient and platform of which a report is visible; of every snapshot that is kept.';
comment on column analytics.holdings_history.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.holdings_history.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.holdings_history.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings_history.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.holdings_history.snapshot_method is 'The method of estimation.';
comment on column analytics.holdings_history.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings_history.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.holdings_history.recipient_name is 'The recipient: its name in English.';
comment on column analytics.holdings_history.recipient_ended is 'The last day of a recipient that is a state no more, and that lists of countries leave out from then on; empty: it is one.';
comment on column analytics.holdings_history.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.holdings_history.platform_name is 'The platform: its name.';
comment on column analytics.holdings_history.category is 'The platform''s category.';
comment on column analytics.holdings_history.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.holdings_history.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.holdings_history.headline is 'Whether it counts in the headline: durable unmanned aircraft, civil ones left out.';
comment on column analytics.holdings_history.low is 'Units that the recipient has: delivered or produced, less reported losses: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings_history.best is 'Units that the recipient has: delivered or produced, less reported losses: the best single reading. Unit: items.';
comment on column analytics.holdings_history.high is 'Units that the recipient has: delivered or produced, less reported losses: the most that the evidence allows; empty where high_open. Unit: items.';
comment on column analytics.holdings_history.high_open is 'Units that the recipient has: delivered or produced, less reported losses: whether nobody has bounded it, so that high is empty and not 0.';
comment on column analytics.holdings_history.closed_high is 'high where it is closed, else what of it is: sum this, and count high_open beside it. Unit: items.';
comment on column analytics.holdings_history.conflicted is 'Whether credible reports contradict each other.';
comment on column analytics.holdings_history.on_order is 'Ordered and not yet come: pipeline, not fleet. Unit: items.';
comment on column analytics.holdings_history.announced is 'Announced and not yet ordered: pipeline, not fleet. Unit: items.';
comment on column analytics.holdings_history.on_loan_low is 'Units operated on loan, beside the fleet and never in it: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings_history.on_loan_best is 'Units operated on loan, beside the fleet and never in it: the best single reading. Unit: items.';
comment on column analytics.holdings_history.on_loan_high is 'Units operated on loan, beside the fleet and never in it: the most that the evidence allows; empty where on_loan_high_open. Unit: items.';
comment on column analytics.holdings_history.on_loan_high_open is 'Units operated on loan, beside the fleet and never in it: whether nobody has bounded it, so that on_loan_high is empty and not 0.';
comment on column analytics.holdings_history.delisted_low is 'What would stand more if no source had stopped listing what it had listed: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings_history.delisted_best is 'What would stand more if no source had stopped listing what it had listed: the best single reading. Unit: items.';
comment on column analytics.holdings_history.delisted_high is 'What would stand more if no source had stopped listing what it had listed: the most that the evidence allows; empty where delisted_high_open. Unit: items.';
comment on column analytics.holdings_history.delisted_high_open is 'What would stand more if no source had stopped listing what it had listed: whether nobody has bounded it, so that delisted_high is empty and not 0.';
comment on column analytics.holdings_history.lost_low is 'Units lost: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings_history.lost_best is 'Units lost: the best single reading. Unit: items.';
comment on column analytics.holdings_history.lost_high is 'Units lost: the most that the evidence allows; empty where lost_high_open. Unit: items.';
comment on column analytics.holdings_history.lost_high_open is 'Units lost: whether nobody has bounded it, so that lost_high is empty and not 0.';
comment on column analytics.holdings_history.reports is 'How many reports count. Unit: reports.';
comment on column analytics.holdings_history.origins is 'How many different origins they have. Unit: origins.';
comment on column analytics.holdings_history.publishers is 'How many publishers they come from. Unit: publishers.';
comment on column analytics.holdings_history.best_grade is 'The best of their grades, NATO Admiralty code; empty: none counts.';
comment on column analytics.holdings_history.newest_reported is 'The newest day on which one of them was reported; empty: none counts.';
comment on column analytics.holdings_history.oldest_delivery is 'The earliest day on which a delivery or completion among them may have happened; empty: there is none.';
comment on column analytics.holdings_history.words is 'The estimate as a sentence in English.';
drop view if exists analytics.holdings_by_year, analytics.holdings_by_year_history;
create table if not exists analytics.holdings_by_year_rows (
  snapshot bigint not null,
  year bigint not null,
  as_of date not null,
  recipient text not null,
  recipient_name text not null,
  recipient_ended date,
  platform text not null,
  platform_name text not null,
  category text not null,
  class text not null,
  made_for text not null,
  headline boolean not null,
  low bigint not null,
  best bigint not null,
  high bigint,
  high_open boolean not null,
  closed_high bigint not null,
  conflicted boolean not null,
  on_order bigint not null,
  announced bigint not null);
create index if not exists idx_holdings_by_year_rows_snapshot on analytics.holdings_by_year_rows (snapshot);
create view analytics.holdings_by_year as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.year, r.as_of, r.recipient, r.recipient_name, r.recipient_ended, r.platform, r.platform_name, r.category, r.class, r.made_for, r.headline, r.low, r.best, r.high, r.high_open, r.closed_high, r.conflicted, r.on_order, r.announced
from analytics.holdings_by_year_rows r join analytics.snapshots s on s.snapshot = r.snapshot
where r.snapshot = (select max(snapshot) from analytics.snapshots);
create view analytics.holdings_by_year_history as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.year, r.as_of, r.recipient, r.recipient_name, r.recipient_ended, r.platform, r.platform_name, r.category, r.class, r.made_for, r.headline, r.low, r.best, r.high, r.high_open, r.closed_high, r.conflicted, r.on_order, r.announced
from analytics.holdings_by_year_rows r join analytics.snapshots s on s.snapshot = r.snapshot;
comment on view analytics.holdings_by_year is 'One row for each recipient, platform and year, at the year''s end (of the last year: at the day asked about); no row where all figures are 0; of the newest snapshot.';
comment on column analytics.holdings_by_year.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.holdings_by_year.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.holdings_by_year.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings_by_year.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.holdings_by_year.snapshot_method is 'The method of estimation.';
comment on column analytics.holdings_by_year.year is 'The year. Unit: calendar year.';
comment on column analytics.holdings_by_year.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings_by_year.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.holdings_by_year.recipient_name is 'The recipient: its name in English.';
comment on column analytics.holdings_by_year.recipient_ended is 'The last day of a recipient that is a state no more, and that lists of countries leave out from then on; empty: it is one.';
comment on column analytics.holdings_by_year.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.holdings_by_year.platform_name is 'The platform: its name.';
comment on column analytics.holdings_by_year.category is 'The platform''s category.';
comment on column analytics.holdings_by_year.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.holdings_by_year.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.holdings_by_year.headline is 'Whether it counts in the headline: durable unmanned aircraft, civil ones left out.';
comment on column analytics.holdings_by_year.low is 'Units that the recipient has: delivered or produced, less reported losses: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings_by_year.best is 'Units that the recipient has: delivered or produced, less reported losses: the best single reading. Unit: items.';
comment on column analytics.holdings_by_year.high is 'Units that the recipient has: delivered or produced, less reported losses: the most that the evidence allows; empty where high_open. Unit: items.';
comment on column analytics.holdings_by_year.high_open is 'Units that the recipient has: delivered or produced, less reported losses: whether nobody has bounded it, so that high is empty and not 0.';
comment on column analytics.holdings_by_year.closed_high is 'high where it is closed, else what of it is: sum this, and count high_open beside it. Unit: items.';
comment on column analytics.holdings_by_year.conflicted is 'Whether credible reports contradict each other.';
comment on column analytics.holdings_by_year.on_order is 'Ordered and not yet come: pipeline, not fleet. Unit: items.';
comment on column analytics.holdings_by_year.announced is 'Announced and not yet ordered: pipeline, not fleet. Unit: items.';
comment on view analytics.holdings_by_year_history is 'One row for each recipient, platform and year, at the year''s end (of the last year: at the day asked about); no row where all figures are 0; of every snapshot that is kept.';
comment on column analytics.holdings_by_year_history.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.holdings_by_year_history.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.holdings_by_year_history.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings_by_year_history.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.holdings_by_year_history.snapshot_method is 'The method of estimation.';
comment on column analytics.holdings_by_year_history.year is 'The year. Unit: calendar year.';
comment on column analytics.holdings_by_year_history.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.holdings_by_year_history.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.holdings_by_year_history.recipient_name is 'The recipient: its name in English.';
comment on column analytics.holdings_by_year_history.recipient_ended is 'The last day of a recipient that is a state no more, and that lists of countries leave out from then on; empty: it is one.';
comment on column analytics.holdings_by_year_history.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.holdings_by_year_history.platform_name is 'The platform: its name.';
comment on column analytics.holdings_by_year_history.category is 'The platform''s category.';
comment on column analytics.holdings_by_year_history.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.holdings_by_year_history.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.holdings_by_year_history.headline is 'Whether it counts in the headline: durable unmanned aircraft, civil ones left out.';
comment on column analytics.holdings_by_year_history.low is 'Units that the recipient has: delivered or produced, less reported losses: the least, on credible evidence. Unit: items.';
comment on column analytics.holdings_by_year_history.best is 'Units that the recipient has: delivered or produced, less reported losses: the best single reading. Unit: items.';
comment on column analytics.holdings_by_year_history.high is 'Units that the recipient has: delivered or produced, less reported losses: the most that the evidence allows; empty where high_open. Unit: items.';
comment on column analytics.holdings_by_year_history.high_open is 'Units that the recipient has: delivered or produced, less reported losses: whether nobody has bounded it, so that high is empty and not 0.';
comment on column analytics.holdings_by_year_history.closed_high is 'high where it is closed, else what of it is: sum this, and count high_open beside it. Unit: items.';
comment on column analytics.holdings_by_year_history.conflicted is 'Whether credible reports contradict each other.';
comment on column analytics.holdings_by_year_history.on_order is 'Ordered and not yet come: pipeline, not fleet. Unit: items.';
comment on column analytics.holdings_by_year_history.announced is 'Announced and not yet ordered: pipeline, not fleet. Unit: items.';
drop view if exists analytics.deals, analytics.deals_history;
create table if not exists analytics.deals_rows (
  snapshot bigint not null,
  as_of date not null,
  recipient text not null,
  recipient_name text not null,
  supplier text not null,
  supplier_name text not null,
  deal text not null,
  undivided boolean not null,
  title text not null,
  platform text not null,
  platform_name text not null,
  category text not null,
  class text not null,
  made_for text not null,
  stage text not null,
  ordered_low bigint not null,
  ordered_best bigint not null,
  ordered_high bigint,
  ordered_high_open boolean not null,
  delivered_low bigint not null,
  delivered_best bigint not null,
  delivered_high bigint,
  delivered_high_open boolean not null,
  produced_low bigint not null,
  produced_best bigint not null,
  produced_high bigint,
  produced_high_open boolean not null,
  outstanding_low bigint not null,
  outstanding_best bigint not null,
  outstanding_high bigint,
  outstanding_high_open boolean not null,
  on_order bigint not null,
  announced bigint not null,
  due_earliest date,
  due_middle date,
  due_latest date,
  ordered_on_earliest date,
  ordered_on_middle date,
  ordered_on_latest date,
  conflicted boolean not null,
  newest_reported date not null,
  overdue_since date,
  overdue_by text);
create index if not exists idx_deals_rows_snapshot on analytics.deals_rows (snapshot);
create view analytics.deals as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.recipient, r.recipient_name, r.supplier, r.supplier_name, r.deal, r.undivided, r.title, r.platform, r.platform_name, r.category, r.class, r.made_for, r.stage, r.ordered_low, r.ordered_best, r.ordered_high, r.ordered_high_open, r.delivered_low, r.delivered_best, r.delivered_high, r.delivered_high_open, r.produced_low, r.produced_best, r.produced_high, r.produced_high_open, r.outstanding_low, r.outstanding_best, r.outstanding_high, r.outstanding_high_open, r.on_order, r.announced, r.due_earliest, r.due_middle, r.due_latest, r.ordered_on_earliest, r.ordered_on_middle, r.ordered_on_latest, r.conflicted, r.newest_reported, r.overdue_since, r.overdue_by
from analytics.deals_rows r join analytics.snapshots s on s.snapshot = r.snapshot
where r.snapshot = (select max(snapshot) from analytics.snapshots);
create view analytics.deals_history as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.recipient, r.recipient_name, r.supplier, r.supplier_name, r.deal, r.undivided, r.title, r.platform, r.platform_name, r.category, r.class, r.made_for, r.stage, r.ordered_low, r.ordered_best, r.ordered_high, r.ordered_high_open, r.delivered_low, r.delivered_best, r.delivered_high, r.delivered_high_open, r.produced_low, r.produced_best, r.produced_high, r.produced_high_open, r.outstanding_low, r.outstanding_best, r.outstanding_high, r.outstanding_high_open, r.on_order, r.announced, r.due_earliest, r.due_middle, r.due_latest, r.ordered_on_earliest, r.ordered_on_middle, r.ordered_on_latest, r.conflicted, r.newest_reported, r.overdue_since, r.overdue_by
from analytics.deals_rows r join analytics.snapshots s on s.snapshot = r.snapshot;
comment on view analytics.deals is 'One row for each recipient, supplier, deal and platform of which a report is in effect; ~ is what reports without a deal say of all that supplier''s deals: do not add it to them; of the newest snapshot.';
comment on column analytics.deals.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.deals.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.deals.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.deals.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.deals.snapshot_method is 'The method of estimation.';
comment on column analytics.deals.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.deals.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.deals.recipient_name is 'The recipient: its name in English.';
comment on column analytics.deals.supplier is 'The supplier: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.deals.supplier_name is 'The supplier: its name in English.';
comment on column analytics.deals.deal is 'The deal: its slug; ~ of the undivided reports.';
comment on column analytics.deals.undivided is 'Whether it is what reports without a deal say.';
comment on column analytics.deals.title is 'What, from whom, ordered when, in English.';
comment on column analytics.deals.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.deals.platform_name is 'The platform: its name.';
comment on column analytics.deals.category is 'The platform''s category.';
comment on column analytics.deals.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.deals.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.deals.stage is 'How far it has come, by best: announced, onOrder, partlyDelivered, delivered or cancelled.';
comment on column analytics.deals.ordered_low is 'Units of its contracts, those cancelled left out: the least, on credible evidence. Unit: items.';
comment on column analytics.deals.ordered_best is 'Units of its contracts, those cancelled left out: the best single reading. Unit: items.';
comment on column analytics.deals.ordered_high is 'Units of its contracts, those cancelled left out: the most that the evidence allows; empty where ordered_high_open. Unit: items.';
comment on column analytics.deals.ordered_high_open is 'Units of its contracts, those cancelled left out: whether nobody has bounded it, so that ordered_high is empty and not 0.';
comment on column analytics.deals.delivered_low is 'Units delivered: the least, on credible evidence. Unit: items.';
comment on column analytics.deals.delivered_best is 'Units delivered: the best single reading. Unit: items.';
comment on column analytics.deals.delivered_high is 'Units delivered: the most that the evidence allows; empty where delivered_high_open. Unit: items.';
comment on column analytics.deals.delivered_high_open is 'Units delivered: whether nobody has bounded it, so that delivered_high is empty and not 0.';
comment on column analytics.deals.produced_low is 'Units completed by a production programme: the least, on credible evidence. Unit: items.';
comment on column analytics.deals.produced_best is 'Units completed by a production programme: the best single reading. Unit: items.';
comment on column analytics.deals.produced_high is 'Units completed by a production programme: the most that the evidence allows; empty where produced_high_open. Unit: items.';
comment on column analytics.deals.produced_high_open is 'Units completed by a production programme: whether nobody has bounded it, so that produced_high is empty and not 0.';
comment on column analytics.deals.outstanding_low is 'Units ordered and not come: the least, on credible evidence. Unit: items.';
comment on column analytics.deals.outstanding_best is 'Units ordered and not come: the best single reading. Unit: items.';
comment on column analytics.deals.outstanding_high is 'Units ordered and not come: the most that the evidence allows; empty where outstanding_high_open. Unit: items.';
comment on column analytics.deals.outstanding_high_open is 'Units ordered and not come: whether nobody has bounded it, so that outstanding_high is empty and not 0.';
comment on column analytics.deals.on_order is 'Ordered and not yet come, by best. Unit: items.';
comment on column analytics.deals.announced is 'Announced and not yet ordered, by best. Unit: items.';
comment on column analytics.deals.due_earliest is 'When its contracts say that it is due (empty: none does): the earliest day that it may mean.';
comment on column analytics.deals.due_middle is 'When its contracts say that it is due (empty: none does): the middle of the days that it may mean.';
comment on column analytics.deals.due_latest is 'When its contracts say that it is due (empty: none does): the latest day that it may mean.';
comment on column analytics.deals.ordered_on_earliest is 'When its first standing contract was made (empty: none says): the earliest day that it may mean.';
comment on column analytics.deals.ordered_on_middle is 'When its first standing contract was made (empty: none says): the middle of the days that it may mean.';
comment on column analytics.deals.ordered_on_latest is 'When its first standing contract was made (empty: none says): the latest day that it may mean.';
comment on column analytics.deals.conflicted is 'Whether credible reports of its deliveries contradict each other.';
comment on column analytics.deals.newest_reported is 'The newest day on which a report of it that counts was reported.';
comment on column analytics.deals.overdue_since is 'Since when it is overdue; empty: it is not, or cannot be said to be.';
comment on column analytics.deals.overdue_by is 'By what it is overdue: due (its own date) or usual (nine in ten orders of its category had brought something by then).';
comment on view analytics.deals_history is 'One row for each recipient, supplier, deal and platform of which a report is in effect; ~ is what reports without a deal say of all that supplier''s deals: do not add it to them; of every snapshot that is kept.';
comment on column analytics.deals_history.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.deals_history.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.deals_history.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.deals_history.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.deals_history.snapshot_method is 'The method of estimation.';
comment on column analytics.deals_history.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.deals_history.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.deals_history.recipient_name is 'The recipient: its name in English.';
comment on column analytics.deals_history.supplier is 'The supplier: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.deals_history.supplier_name is 'The supplier: its name in English.';
comment on column analytics.deals_history.deal is 'The deal: its slug; ~ of the undivided reports.';
comment on column analytics.deals_history.undivided is 'Whether it is what reports without a deal say.';
comment on column analytics.deals_history.title is 'What, from whom, ordered when, in English.';
comment on column analytics.deals_history.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.deals_history.platform_name is 'The platform: its name.';
comment on column analytics.deals_history.category is 'The platform''s category.';
comment on column analytics.deals_history.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.deals_history.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.deals_history.stage is 'How far it has come, by best: announced, onOrder, partlyDelivered, delivered or cancelled.';
comment on column analytics.deals_history.ordered_low is 'Units of its contracts, those cancelled left out: the least, on credible evidence. Unit: items.';
comment on column analytics.deals_history.ordered_best is 'Units of its contracts, those cancelled left out: the best single reading. Unit: items.';
comment on column analytics.deals_history.ordered_high is 'Units of its contracts, those cancelled left out: the most that the evidence allows; empty where ordered_high_open. Unit: items.';
comment on column analytics.deals_history.ordered_high_open is 'Units of its contracts, those cancelled left out: whether nobody has bounded it, so that ordered_high is empty and not 0.';
comment on column analytics.deals_history.delivered_low is 'Units delivered: the least, on credible evidence. Unit: items.';
comment on column analytics.deals_history.delivered_best is 'Units delivered: the best single reading. Unit: items.';
comment on column analytics.deals_history.delivered_high is 'Units delivered: the most that the evidence allows; empty where delivered_high_open. Unit: items.';
comment on column analytics.deals_history.delivered_high_open is 'Units delivered: whether nobody has bounded it, so that delivered_high is empty and not 0.';
comment on column analytics.deals_history.produced_low is 'Units completed by a production programme: the least, on credible evidence. Unit: items.';
comment on column analytics.deals_history.produced_best is 'Units completed by a production programme: the best single reading. Unit: items.';
comment on column analytics.deals_history.produced_high is 'Units completed by a production programme: the most that the evidence allows; empty where produced_high_open. Unit: items.';
comment on column analytics.deals_history.produced_high_open is 'Units completed by a production programme: whether nobody has bounded it, so that produced_high is empty and not 0.';
comment on column analytics.deals_history.outstanding_low is 'Units ordered and not come: the least, on credible evidence. Unit: items.';
comment on column analytics.deals_history.outstanding_best is 'Units ordered and not come: the best single reading. Unit: items.';
comment on column analytics.deals_history.outstanding_high is 'Units ordered and not come: the most that the evidence allows; empty where outstanding_high_open. Unit: items.';
comment on column analytics.deals_history.outstanding_high_open is 'Units ordered and not come: whether nobody has bounded it, so that outstanding_high is empty and not 0.';
comment on column analytics.deals_history.on_order is 'Ordered and not yet come, by best. Unit: items.';
comment on column analytics.deals_history.announced is 'Announced and not yet ordered, by best. Unit: items.';
comment on column analytics.deals_history.due_earliest is 'When its contracts say that it is due (empty: none does): the earliest day that it may mean.';
comment on column analytics.deals_history.due_middle is 'When its contracts say that it is due (empty: none does): the middle of the days that it may mean.';
comment on column analytics.deals_history.due_latest is 'When its contracts say that it is due (empty: none does): the latest day that it may mean.';
comment on column analytics.deals_history.ordered_on_earliest is 'When its first standing contract was made (empty: none says): the earliest day that it may mean.';
comment on column analytics.deals_history.ordered_on_middle is 'When its first standing contract was made (empty: none says): the middle of the days that it may mean.';
comment on column analytics.deals_history.ordered_on_latest is 'When its first standing contract was made (empty: none says): the latest day that it may mean.';
comment on column analytics.deals_history.conflicted is 'Whether credible reports of its deliveries contradict each other.';
comment on column analytics.deals_history.newest_reported is 'The newest day on which a report of it that counts was reported.';
comment on column analytics.deals_history.overdue_since is 'Since when it is overdue; empty: it is not, or cannot be said to be.';
comment on column analytics.deals_history.overdue_by is 'By what it is overdue: due (its own date) or usual (nine in ten orders of its category had brought something by then).';
drop view if exists analytics.flows, analytics.flows_history;
create table if not exists analytics.flows_rows (
  snapshot bigint not null,
  year bigint not null,
  as_of date not null,
  supplier text not null,
  supplier_name text not null,
  recipient text not null,
  recipient_name text not null,
  category text not null,
  kind text not null,
  low bigint not null,
  best bigint not null,
  high bigint,
  high_open boolean not null);
create index if not exists idx_flows_rows_snapshot on analytics.flows_rows (snapshot);
create view analytics.flows as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.year, r.as_of, r.supplier, r.supplier_name, r.recipient, r.recipient_name, r.category, r.kind, r.low, r.best, r.high, r.high_open
from analytics.flows_rows r join analytics.snapshots s on s.snapshot = r.snapshot
where r.snapshot = (select max(snapshot) from analytics.snapshots);
create view analytics.flows_history as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.year, r.as_of, r.supplier, r.supplier_name, r.recipient, r.recipient_name, r.category, r.kind, r.low, r.best, r.high, r.high_open
from analytics.flows_rows r join analytics.snapshots s on s.snapshot = r.snapshot;
comment on view analytics.flows is 'One row for each year, recipient, supplier, category and kind of which units came in that year; of the newest snapshot.';
comment on column analytics.flows.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.flows.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.flows.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.flows.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.flows.snapshot_method is 'The method of estimation.';
comment on column analytics.flows.year is 'The year. Unit: calendar year.';
comment on column analytics.flows.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.flows.supplier is 'Who supplied the units, or held and passed them on: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.flows.supplier_name is 'Who supplied the units, or held and passed them on: its name in English.';
comment on column analytics.flows.recipient is 'Who received them: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.flows.recipient_name is 'Who received them: its name in English.';
comment on column analytics.flows.category is 'The platforms'' category: units add up within one, never across.';
comment on column analytics.flows.kind is 'delivery, or onward (passed on by a holder: never part of the sum of deliveries).';
comment on column analytics.flows.low is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: the least, on credible evidence. Unit: items.';
comment on column analytics.flows.best is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: the best single reading. Unit: items.';
comment on column analytics.flows.high is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: the most that the evidence allows; empty where high_open. Unit: items.';
comment on column analytics.flows.high_open is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: whether nobody has bounded it, so that high is empty and not 0.';
comment on view analytics.flows_history is 'One row for each year, recipient, supplier, category and kind of which units came in that year; of every snapshot that is kept.';
comment on column analytics.flows_history.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.flows_history.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.flows_history.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.flows_history.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.flows_history.snapshot_method is 'The method of estimation.';
comment on column analytics.flows_history.year is 'The year. Unit: calendar year.';
comment on column analytics.flows_history.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.flows_history.supplier is 'Who supplied the units, or held and passed them on: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.flows_history.supplier_name is 'Who supplied the units, or held and passed them on: its name in English.';
comment on column analytics.flows_history.recipient is 'Who received them: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.flows_history.recipient_name is 'Who received them: its name in English.';
comment on column analytics.flows_history.category is 'The platforms'' category: units add up within one, never across.';
comment on column analytics.flows_history.kind is 'delivery, or onward (passed on by a holder: never part of the sum of deliveries).';
comment on column analytics.flows_history.low is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: the least, on credible evidence. Unit: items.';
comment on column analytics.flows_history.best is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: the best single reading. Unit: items.';
comment on column analytics.flows_history.high is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: the most that the evidence allows; empty where high_open. Unit: items.';
comment on column analytics.flows_history.high_open is 'Units that came in the year; best is below 0 only from x-unknown, where a total was corrected: whether nobody has bounded it, so that high is empty and not 0.';
drop view if exists analytics.reports, analytics.reports_history;
create table if not exists analytics.reports_rows (
  snapshot bigint not null,
  as_of date not null,
  position bigint not null,
  event_id uuid not null,
  kind text not null,
  recorded_at timestamp with time zone not null,
  recorded_day date not null,
  reported_day date not null,
  reporter text,
  feed text,
  report_id text,
  recipient text not null,
  recipient_name text not null,
  supplier text,
  supplier_name text,
  platform text not null,
  platform_name text not null,
  category text not null,
  class text not null,
  made_for text not null,
  stated_platform text,
  deal text,
  lot text,
  quantity_qualifier text,
  quantity_n bigint,
  quantity_low bigint,
  quantity_best bigint,
  quantity_high bigint,
  quantity_unit text,
  quantity_text text,
  occurred text,
  occurred_earliest date,
  occurred_middle date,
  occurred_latest date,
  publisher text,
  speaker text,
  published text,
  published_earliest date,
  published_middle date,
  published_latest date,
  url text,
  source_title text,
  source_language text,
  origin text,
  grade text,
  role text,
  counts_low boolean not null,
  counts_best boolean not null,
  counts_high boolean not null,
  set_aside text,
  set_aside_by uuid,
  supersedes text[] not null,
  stage text,
  due text,
  due_earliest date,
  due_middle date,
  due_latest date,
  amount text,
  amount_decimal numeric(29,6),
  currency text,
  licensed_production boolean,
  unit_condition text,
  cancelled boolean,
  milestone text,
  rate_n bigint,
  rate_per text,
  site text,
  setting text,
  cause text,
  passed_to text,
  is_total boolean,
  target uuid,
  reason text,
  edition text,
  successor uuid,
  reference text,
  note text);
create index if not exists idx_reports_rows_snapshot on analytics.reports_rows (snapshot);
create view analytics.reports as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.position, r.event_id, r.kind, r.recorded_at, r.recorded_day, r.reported_day, r.reporter, r.feed, r.report_id, r.recipient, r.recipient_name, r.supplier, r.supplier_name, r.platform, r.platform_name, r.category, r.class, r.made_for, r.stated_platform, r.deal, r.lot, r.quantity_qualifier, r.quantity_n, r.quantity_low, r.quantity_best, r.quantity_high, r.quantity_unit, r.quantity_text, r.occurred, r.occurred_earliest, r.occurred_middle, r.occurred_latest, r.publisher, r.speaker, r.published, r.published_earliest, r.published_middle, r.published_latest, r.url, r.source_title, r.source_language, r.origin, r.grade, r.role, r.counts_low, r.counts_best, r.counts_high, r.set_aside, r.set_aside_by, r.supersedes, r.stage, r.due, r.due_earliest, r.due_middle, r.due_latest, r.amount, r.amount_decimal, r.currency, r.licensed_production, r.unit_condition, r.cancelled, r.milestone, r.rate_n, r.rate_per, r.site, r.setting, r.cause, r.passed_to, r.is_total, r.target, r.reason, r.edition, r.successor, r.reference, r.note
from analytics.reports_rows r join analytics.snapshots s on s.snapshot = r.snapshot
where r.snapshot = (select max(snapshot) from analytics.snapshots);
create view analytics.reports_history as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.position, r.event_id, r.kind, r.recorded_at, r.recorded_day, r.reported_day, r.reporter, r.feed, r.report_id, r.recipient, r.recipient_name, r.supplier, r.supplier_name, r.platform, r.platform_name, r.category, r.class, r.made_for, r.stated_platform, r.deal, r.lot, r.quantity_qualifier, r.quantity_n, r.quantity_low, r.quantity_best, r.quantity_high, r.quantity_unit, r.quantity_text, r.occurred, r.occurred_earliest, r.occurred_middle, r.occurred_latest, r.publisher, r.speaker, r.published, r.published_earliest, r.published_middle, r.published_latest, r.url, r.source_title, r.source_language, r.origin, r.grade, r.role, r.counts_low, r.counts_best, r.counts_high, r.set_aside, r.set_aside_by, r.supersedes, r.stage, r.due, r.due_earliest, r.due_middle, r.due_latest, r.amount, r.amount_decimal, r.currency, r.licensed_production, r.unit_condition, r.cancelled, r.milestone, r.rate_n, r.rate_per, r.site, r.setting, r.cause, r.passed_to, r.is_total, r.target, r.reason, r.edition, r.successor, r.reference, r.note
from analytics.reports_rows r join analytics.snapshots s on s.snapshot = r.snapshot;
comment on view analytics.reports is 'One row for each visible report, ordered by recipient, platform and position: what it said, and for which bounds it counts; of the newest snapshot.';
comment on column analytics.reports.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.reports.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.reports.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.reports.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.reports.snapshot_method is 'The method of estimation.';
comment on column analytics.reports.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.reports.position is 'The report''s position in the ledger.';
comment on column analytics.reports.event_id is 'The report''s event id: UUID v5 of feed and id.';
comment on column analytics.reports.kind is 'What kind of report it is.';
comment on column analytics.reports.recorded_at is 'When the ledger recorded it, UTC.';
comment on column analytics.reports.recorded_day is 'The day of recorded_at, UTC.';
comment on column analytics.reports.reported_day is 'When its source published it, else when it was recorded.';
comment on column analytics.reports.reporter is 'Who posted it.';
comment on column analytics.reports.feed is 'The collection that it comes from, a URI.';
comment on column analytics.reports.report_id is 'The client''s own name of it in that feed.';
comment on column analytics.reports.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.reports.recipient_name is 'The recipient: its name in English.';
comment on column analytics.reports.supplier is 'The supplier''s code, x-unknown where the source named none.';
comment on column analytics.reports.supplier_name is 'The supplier''s name in English.';
comment on column analytics.reports.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.reports.platform_name is 'The platform: its name.';
comment on column analytics.reports.category is 'The platform''s category.';
comment on column analytics.reports.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.reports.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.reports.stated_platform is 'The platform as it was posted.';
comment on column analytics.reports.deal is 'The deal that it is about; empty: all deals of that supplier.';
comment on column analytics.reports.lot is 'The lot that it is about; empty: it states a running total.';
comment on column analytics.reports.quantity_qualifier is 'How the number was said; empty: no number was.';
comment on column analytics.reports.quantity_n is 'The number, as the qualifier has it. Unit: as quantity_unit.';
comment on column analytics.reports.quantity_low is 'The least that was said. Unit: as quantity_unit.';
comment on column analytics.reports.quantity_best is 'The best that was said. Unit: as quantity_unit.';
comment on column analytics.reports.quantity_high is 'The most that was said. Unit: as quantity_unit.';
comment on column analytics.reports.quantity_unit is 'items or systems; empty: items.';
comment on column analytics.reports.quantity_text is 'The source''s own wording.';
comment on column analytics.reports.occurred is 'When it happened as it was said, EDTF; empty: the reported day stands for it.';
comment on column analytics.reports.occurred_earliest is 'When it happened: the earliest day that it may mean.';
comment on column analytics.reports.occurred_middle is 'When it happened: the middle of the days that it may mean.';
comment on column analytics.reports.occurred_latest is 'When it happened: the latest day that it may mean.';
comment on column analytics.reports.publisher is 'Who published it.';
comment on column analytics.reports.speaker is 'Whom the publisher quotes.';
comment on column analytics.reports.published is 'Day, month or year of the publication.';
comment on column analytics.reports.published_earliest is 'The publication: the earliest day that it may mean.';
comment on column analytics.reports.published_middle is 'The publication: the middle of the days that it may mean.';
comment on column analytics.reports.published_latest is 'The publication: the latest day that it may mean.';
comment on column analytics.reports.url is 'The publication''s address.';
comment on column analytics.reports.source_title is 'The publication''s title.';
comment on column analytics.reports.source_language is 'The publication''s language, BCP 47.';
comment on column analytics.reports.origin is 'The original utterance that it repeats; empty: itself.';
comment on column analytics.reports.grade is 'NATO Admiralty code; empty: F6.';
comment on column analytics.reports.role is 'The title under which the recipient has the units; empty: transfer.';
comment on column analytics.reports.counts_low is 'Whether it is in effect for low.';
comment on column analytics.reports.counts_best is 'Whether it is in effect for best.';
comment on column analytics.reports.counts_high is 'Whether it is in effect for high.';
comment on column analytics.reports.set_aside is 'Why it is in effect for nothing; empty: it is, or it is a retraction or delisting.';
comment on column analytics.reports.set_aside_by is 'By which report it is set aside; empty: by none.';
comment on column analytics.reports.supersedes is 'The event ids of the reports that it replaces.';
comment on column analytics.reports.stage is 'Of an announcement, its stage.';
comment on column analytics.reports.due is 'Of a contract, when the units are due as it was said, EDTF.';
comment on column analytics.reports.due_earliest is 'Of a contract, when the units are due: the earliest day that it may mean.';
comment on column analytics.reports.due_middle is 'Of a contract, when the units are due: the middle of the days that it may mean.';
comment on column analytics.reports.due_latest is 'Of a contract, when the units are due: the latest day that it may mean.';
comment on column analytics.reports.amount is 'Of a contract, its price as it was said, a decimal number.';
comment on column analytics.reports.amount_decimal is 'The same as a number. Unit: as currency.';
comment on column analytics.reports.currency is 'The currency of the price, ISO 4217.';
comment on column analytics.reports.licensed_production is 'Of a contract, whether units are made under licence; empty: not said.';
comment on column analytics.reports.unit_condition is 'Of a contract, the units'' condition.';
comment on column analytics.reports.cancelled is 'Of a contract, whether it says that the order was cancelled; empty: not said.';
comment on column analytics.reports.milestone is 'Of a milestone, which.';
comment on column analytics.reports.rate_n is 'Of a milestone, the declared output. Unit: items per rate_per.';
comment on column analytics.reports.rate_per is 'month or year.';
comment on column analytics.reports.site is 'Of a milestone, where.';
comment on column analytics.reports.setting is 'Of an observation, where the units were seen.';
comment on column analytics.reports.cause is 'Of a loss, how.';
comment on column analytics.reports.passed_to is 'Of units passed on, who received them: a code.';
comment on column analytics.reports.is_total is 'Of a loss, whether it is a running total; empty: not said.';
comment on column analytics.reports.target is 'Of a retraction or delisting, the report that it names.';
comment on column analytics.reports.reason is 'Of a retraction, why.';
comment on column analytics.reports.edition is 'Of a delisting, the edition that lists it no more.';
comment on column analytics.reports.successor is 'Of a delisting, the report under which it is listed from now on.';
comment on column analytics.reports.reference is 'The source''s own number of the order or event.';
comment on column analytics.reports.note is 'Free text.';
comment on view analytics.reports_history is 'One row for each visible report, ordered by recipient, platform and position: what it said, and for which bounds it counts; of every snapshot that is kept.';
comment on column analytics.reports_history.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.reports_history.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.reports_history.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.reports_history.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.reports_history.snapshot_method is 'The method of estimation.';
comment on column analytics.reports_history.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.reports_history.position is 'The report''s position in the ledger.';
comment on column analytics.reports_history.event_id is 'The report''s event id: UUID v5 of feed and id.';
comment on column analytics.reports_history.kind is 'What kind of report it is.';
comment on column analytics.reports_history.recorded_at is 'When the ledger recorded it, UTC.';
comment on column analytics.reports_history.recorded_day is 'The day of recorded_at, UTC.';
comment on column analytics.reports_history.reported_day is 'When its source published it, else when it was recorded.';
comment on column analytics.reports_history.reporter is 'Who posted it.';
comment on column analytics.reports_history.feed is 'The collection that it comes from, a URI.';
comment on column analytics.reports_history.report_id is 'The client''s own name of it in that feed.';
comment on column analytics.reports_history.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.reports_history.recipient_name is 'The recipient: its name in English.';
comment on column analytics.reports_history.supplier is 'The supplier''s code, x-unknown where the source named none.';
comment on column analytics.reports_history.supplier_name is 'The supplier''s name in English.';
comment on column analytics.reports_history.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.reports_history.platform_name is 'The platform: its name.';
comment on column analytics.reports_history.category is 'The platform''s category.';
comment on column analytics.reports_history.class is 'The platform''s class: durable units stay in a fleet, expendable ones are used up.';
comment on column analytics.reports_history.made_for is 'The use that the platform is made for: military, civil or dualUse.';
comment on column analytics.reports_history.stated_platform is 'The platform as it was posted.';
comment on column analytics.reports_history.deal is 'The deal that it is about; empty: all deals of that supplier.';
comment on column analytics.reports_history.lot is 'The lot that it is about; empty: it states a running total.';
comment on column analytics.reports_history.quantity_qualifier is 'How the number was said; empty: no number was.';
comment on column analytics.reports_history.quantity_n is 'The number, as the qualifier has it. Unit: as quantity_unit.';
comment on column analytics.reports_history.quantity_low is 'The least that was said. Unit: as quantity_unit.';
comment on column analytics.reports_history.quantity_best is 'The best that was said. Unit: as quantity_unit.';
comment on column analytics.reports_history.quantity_high is 'The most that was said. Unit: as quantity_unit.';
comment on column analytics.reports_history.quantity_unit is 'items or systems; empty: items.';
comment on column analytics.reports_history.quantity_text is 'The source''s own wording.';
comment on column analytics.reports_history.occurred is 'When it happened as it was said, EDTF; empty: the reported day stands for it.';
comment on column analytics.reports_history.occurred_earliest is 'When it happened: the earliest day that it may mean.';
comment on column analytics.reports_history.occurred_middle is 'When it happened: the middle of the days that it may mean.';
comment on column analytics.reports_history.occurred_latest is 'When it happened: the latest day that it may mean.';
comment on column analytics.reports_history.publisher is 'Who published it.';
comment on column analytics.reports_history.speaker is 'Whom the publisher quotes.';
comment on column analytics.reports_history.published is 'Day, month or year of the publication.';
comment on column analytics.reports_history.published_earliest is 'The publication: the earliest day that it may mean.';
comment on column analytics.reports_history.published_middle is 'The publication: the middle of the days that it may mean.';
comment on column analytics.reports_history.published_latest is 'The publication: the latest day that it may mean.';
comment on column analytics.reports_history.url is 'The publication''s address.';
comment on column analytics.reports_history.source_title is 'The publication''s title.';
comment on column analytics.reports_history.source_language is 'The publication''s language, BCP 47.';
comment on column analytics.reports_history.origin is 'The original utterance that it repeats; empty: itself.';
comment on column analytics.reports_history.grade is 'NATO Admiralty code; empty: F6.';
comment on column analytics.reports_history.role is 'The title under which the recipient has the units; empty: transfer.';
comment on column analytics.reports_history.counts_low is 'Whether it is in effect for low.';
comment on column analytics.reports_history.counts_best is 'Whether it is in effect for best.';
comment on column analytics.reports_history.counts_high is 'Whether it is in effect for high.';
comment on column analytics.reports_history.set_aside is 'Why it is in effect for nothing; empty: it is, or it is a retraction or delisting.';
comment on column analytics.reports_history.set_aside_by is 'By which report it is set aside; empty: by none.';
comment on column analytics.reports_history.supersedes is 'The event ids of the reports that it replaces.';
comment on column analytics.reports_history.stage is 'Of an announcement, its stage.';
comment on column analytics.reports_history.due is 'Of a contract, when the units are due as it was said, EDTF.';
comment on column analytics.reports_history.due_earliest is 'Of a contract, when the units are due: the earliest day that it may mean.';
comment on column analytics.reports_history.due_middle is 'Of a contract, when the units are due: the middle of the days that it may mean.';
comment on column analytics.reports_history.due_latest is 'Of a contract, when the units are due: the latest day that it may mean.';
comment on column analytics.reports_history.amount is 'Of a contract, its price as it was said, a decimal number.';
comment on column analytics.reports_history.amount_decimal is 'The same as a number. Unit: as currency.';
comment on column analytics.reports_history.currency is 'The currency of the price, ISO 4217.';
comment on column analytics.reports_history.licensed_production is 'Of a contract, whether units are made under licence; empty: not said.';
comment on column analytics.reports_history.unit_condition is 'Of a contract, the units'' condition.';
comment on column analytics.reports_history.cancelled is 'Of a contract, whether it says that the order was cancelled; empty: not said.';
comment on column analytics.reports_history.milestone is 'Of a milestone, which.';
comment on column analytics.reports_history.rate_n is 'Of a milestone, the declared output. Unit: items per rate_per.';
comment on column analytics.reports_history.rate_per is 'month or year.';
comment on column analytics.reports_history.site is 'Of a milestone, where.';
comment on column analytics.reports_history.setting is 'Of an observation, where the units were seen.';
comment on column analytics.reports_history.cause is 'Of a loss, how.';
comment on column analytics.reports_history.passed_to is 'Of units passed on, who received them: a code.';
comment on column analytics.reports_history.is_total is 'Of a loss, whether it is a running total; empty: not said.';
comment on column analytics.reports_history.target is 'Of a retraction or delisting, the report that it names.';
comment on column analytics.reports_history.reason is 'Of a retraction, why.';
comment on column analytics.reports_history.edition is 'Of a delisting, the edition that lists it no more.';
comment on column analytics.reports_history.successor is 'Of a delisting, the report under which it is listed from now on.';
comment on column analytics.reports_history.reference is 'The source''s own number of the order or event.';
comment on column analytics.reports_history.note is 'Free text.';
drop view if exists analytics.changes, analytics.changes_history;
create table if not exists analytics.changes_rows (
  snapshot bigint not null,
  as_of date not null,
  moment text not null,
  feed text not null,
  edition date not null,
  recorded_at timestamp with time zone not null,
  recorded_day date not null,
  position_before bigint not null,
  position_after bigint not null,
  recipient text not null,
  recipient_name text not null,
  platform text not null,
  platform_name text not null,
  low_before bigint not null,
  best_before bigint not null,
  high_before bigint,
  high_open_before boolean not null,
  closed_high_before bigint not null,
  category_before text not null,
  class_before text not null,
  low_after bigint not null,
  best_after bigint not null,
  high_after bigint,
  high_open_after boolean not null,
  closed_high_after bigint not null,
  category_after text not null,
  class_after text not null,
  catalogue_changed boolean not null,
  reports text[] not null,
  deeds text[] not null);
create index if not exists idx_changes_rows_snapshot on analytics.changes_rows (snapshot);
create view analytics.changes as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.moment, r.feed, r.edition, r.recorded_at, r.recorded_day, r.position_before, r.position_after, r.recipient, r.recipient_name, r.platform, r.platform_name, r.low_before, r.best_before, r.high_before, r.high_open_before, r.closed_high_before, r.category_before, r.class_before, r.low_after, r.best_after, r.high_after, r.high_open_after, r.closed_high_after, r.category_after, r.class_after, r.catalogue_changed, r.reports, r.deeds
from analytics.changes_rows r join analytics.snapshots s on s.snapshot = r.snapshot
where r.snapshot = (select max(snapshot) from analytics.snapshots);
create view analytics.changes_history as select s.snapshot as snapshot, s.taken_at as snapshot_taken_at, s.as_of as snapshot_day, s.position as snapshot_position, s.method as snapshot_method, r.as_of, r.moment, r.feed, r.edition, r.recorded_at, r.recorded_day, r.position_before, r.position_after, r.recipient, r.recipient_name, r.platform, r.platform_name, r.low_before, r.best_before, r.high_before, r.high_open_before, r.closed_high_before, r.category_before, r.class_before, r.low_after, r.best_after, r.high_after, r.high_open_after, r.closed_high_after, r.category_after, r.class_after, r.catalogue_changed, r.reports, r.deeds
from analytics.changes_rows r join analytics.snapshots s on s.snapshot = r.snapshot;
comment on view analytics.changes is 'One row for each edition (or withdrawal of one), recipient and platform whose figures it changed, before and after; of the newest snapshot.';
comment on column analytics.changes.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.changes.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.changes.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.changes.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.changes.snapshot_method is 'The method of estimation.';
comment on column analytics.changes.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.changes.moment is 'edition, or withdrawal of one.';
comment on column analytics.changes.feed is 'The collection that the edition is of, a URI.';
comment on column analytics.changes.edition is 'The day of the edition.';
comment on column analytics.changes.recorded_at is 'When the edition had been recorded to its end, UTC.';
comment on column analytics.changes.recorded_day is 'The day of recorded_at, UTC.';
comment on column analytics.changes.position_before is 'What the ledger held before it: up to this position.';
comment on column analytics.changes.position_after is 'What the ledger held after it: up to this position.';
comment on column analytics.changes.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.changes.recipient_name is 'The recipient: its name in English.';
comment on column analytics.changes.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.changes.platform_name is 'The platform: its name.';
comment on column analytics.changes.low_before is 'Units that the recipient had before it: the least, on credible evidence. Unit: items.';
comment on column analytics.changes.best_before is 'Units that the recipient had before it: the best single reading. Unit: items.';
comment on column analytics.changes.high_before is 'Units that the recipient had before it: the most that the evidence allows; empty where high_open_before. Unit: items.';
comment on column analytics.changes.high_open_before is 'Units that the recipient had before it: whether nobody has bounded it, so that high_before is empty and not 0.';
comment on column analytics.changes.closed_high_before is 'high_before where it is closed, else what of it is. Unit: items.';
comment on column analytics.changes.category_before is 'The platform''s category before it.';
comment on column analytics.changes.class_before is 'The platform''s class before it.';
comment on column analytics.changes.low_after is 'Units that the recipient had after it: the least, on credible evidence. Unit: items.';
comment on column analytics.changes.best_after is 'Units that the recipient had after it: the best single reading. Unit: items.';
comment on column analytics.changes.high_after is 'Units that the recipient had after it: the most that the evidence allows; empty where high_open_after. Unit: items.';
comment on column analytics.changes.high_open_after is 'Units that the recipient had after it: whether nobody has bounded it, so that high_after is empty and not 0.';
comment on column analytics.changes.closed_high_after is 'high_after where it is closed, else what of it is. Unit: items.';
comment on column analytics.changes.category_after is 'The platform''s category after it.';
comment on column analytics.changes.class_after is 'The platform''s class after it.';
comment on column analytics.changes.catalogue_changed is 'Whether the catalogue changed the platform in between.';
comment on column analytics.changes.reports is 'The event ids of the reports that caused the change, by position.';
comment on column analytics.changes.deeds is 'What each of those reports did: said, replaced, withdrawn, delisted or renamed.';
comment on view analytics.changes_history is 'One row for each edition (or withdrawal of one), recipient and platform whose figures it changed, before and after; of every snapshot that is kept.';
comment on column analytics.changes_history.snapshot is 'Number of the snapshot; a later one is higher.';
comment on column analytics.changes_history.snapshot_taken_at is 'When the snapshot was taken, UTC.';
comment on column analytics.changes_history.snapshot_day is 'The day of the figures: what had happened by then.';
comment on column analytics.changes_history.snapshot_position is 'What the ledger held up to here: /v1 answers the same with it as knownAt.';
comment on column analytics.changes_history.snapshot_method is 'The method of estimation.';
comment on column analytics.changes_history.as_of is 'The day of the figures: what had happened by then.';
comment on column analytics.changes_history.moment is 'edition, or withdrawal of one.';
comment on column analytics.changes_history.feed is 'The collection that the edition is of, a URI.';
comment on column analytics.changes_history.edition is 'The day of the edition.';
comment on column analytics.changes_history.recorded_at is 'When the edition had been recorded to its end, UTC.';
comment on column analytics.changes_history.recorded_day is 'The day of recorded_at, UTC.';
comment on column analytics.changes_history.position_before is 'What the ledger held before it: up to this position.';
comment on column analytics.changes_history.position_after is 'What the ledger held after it: up to this position.';
comment on column analytics.changes_history.recipient is 'The recipient: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-….';
comment on column analytics.changes_history.recipient_name is 'The recipient: its name in English.';
comment on column analytics.changes_history.platform is 'The platform: its slug in the catalogue.';
comment on column analytics.changes_history.platform_name is 'The platform: its name.';
comment on column analytics.changes_history.low_before is 'Units that the recipient had before it: the least, on credible evidence. Unit: items.';
comment on column analytics.changes_history.best_before is 'Units that the recipient had before it: the best single reading. Unit: items.';
comment on column analytics.changes_history.high_before is 'Units that the recipient had before it: the most that the evidence allows; empty where high_open_before. Unit: items.';
comment on column analytics.changes_history.high_open_before is 'Units that the recipient had before it: whether nobody has bounded it, so that high_before is empty and not 0.';
comment on column analytics.changes_history.closed_high_before is 'high_before where it is closed, else what of it is. Unit: items.';
comment on column analytics.changes_history.category_before is 'The platform''s category before it.';
comment on column analytics.changes_history.class_before is 'The platform''s class before it.';
comment on column analytics.changes_history.low_after is 'Units that the recipient had after it: the least, on credible evidence. Unit: items.';
comment on column analytics.changes_history.best_after is 'Units that the recipient had after it: the best single reading. Unit: items.';
comment on column analytics.changes_history.high_after is 'Units that the recipient had after it: the most that the evidence allows; empty where high_open_after. Unit: items.';
comment on column analytics.changes_history.high_open_after is 'Units that the recipient had after it: whether nobody has bounded it, so that high_after is empty and not 0.';
comment on column analytics.changes_history.closed_high_after is 'high_after where it is closed, else what of it is. Unit: items.';
comment on column analytics.changes_history.category_after is 'The platform''s category after it.';
comment on column analytics.changes_history.class_after is 'The platform''s class after it.';
comment on column analytics.changes_history.catalogue_changed is 'Whether the catalogue changed the platform in between.';
comment on column analytics.changes_history.reports is 'The event ids of the reports that caused the change, by position.';
comment on column analytics.changes_history.deeds is 'What each of those reports did: said, replaced, withdrawn, delisted or renamed.';
do $grant$ begin
  if exists (select from pg_roles where rolname = 'ledger_analyst') then
    grant usage on schema analytics to ledger_analyst;
    grant select on analytics.holdings, analytics.holdings_history, analytics.holdings_by_year, analytics.holdings_by_year_history, analytics.deals, analytics.deals_history, analytics.flows, analytics.flows_history, analytics.reports, analytics.reports_history, analytics.changes, analytics.changes_history to ledger_analyst;
  end if;
end $grant$;
comment on schema analytics is 'Tables for analysts, as dated snapshots. 218e1b740a3d1cc0';

CREATE TABLE IF NOT EXISTS ledger.api_keys (
    id           text                        NOT NULL,
    hash         bytea                       NOT NULL,
    name         text                        NOT NULL,
    scopes       text[]                      NOT NULL,
    feeds        text[]                      NOT NULL,
    created      timestamp with time zone    NOT NULL,
    expires      timestamp with time zone    NULL,
    revoked      timestamp with time zone    NULL,
    last_used    timestamp with time zone    NULL,
CONSTRAINT pkey_api_keys_id PRIMARY KEY (id)
);
create or replace function ledger.api_keys_changed() returns trigger language plpgsql as $function$ begin perform pg_notify('ledger_api_keys', ''); return null; end $function$;
create or replace trigger api_keys_changed after insert or update of id, hash, name, scopes, feeds, created, expires, revoked or delete or truncate
    on ledger.api_keys for each statement execute function ledger.api_keys_changed();

CREATE TABLE IF NOT EXISTS ledger.mt_doc_deadletterevent (
    id                  uuid                        NOT NULL,
    data                jsonb                       NOT NULL,
    mt_last_modified    timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
    mt_version          uuid                        NOT NULL DEFAULT (md5(random()::text || clock_timestamp()::text)::uuid),
    mt_dotnet_type      varchar                     NULL,
CONSTRAINT pkey_mt_doc_deadletterevent_id PRIMARY KEY (id)
);
CREATE TABLE IF NOT EXISTS ledger.mt_doc_envelope (
    id                  uuid                        NOT NULL,
    data                jsonb                       NOT NULL,
    mt_last_modified    timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
    mt_version          uuid                        NOT NULL DEFAULT (md5(random()::text || clock_timestamp()::text)::uuid),
    mt_dotnet_type      varchar                     NULL,
CONSTRAINT pkey_mt_doc_envelope_id PRIMARY KEY (id)
);
CREATE TABLE IF NOT EXISTS ledger.mt_streams (
    id                   varchar        NOT NULL,
    type                 varchar        NULL,
    version              bigint         NULL,
    timestamp            timestamptz    NOT NULL DEFAULT (now()),
    created              timestamptz    NOT NULL DEFAULT (now()),
    tenant_id            varchar        NULL DEFAULT '*DEFAULT*',
    compacted_version    bigint         NOT NULL DEFAULT 0,
    is_archived          bool           NULL DEFAULT FALSE,
CONSTRAINT pkey_mt_streams_id PRIMARY KEY (id)
);
CREATE TABLE IF NOT EXISTS ledger.mt_events (
    seq_id            bigint                      NOT NULL,
    id                uuid                        NOT NULL,
    stream_id         varchar                     NULL,
    version           bigint                      NOT NULL,
    data              jsonb                       NOT NULL,
    bdata             bytea                       NULL,
    type              varchar(500)                NOT NULL,
    timestamp         timestamp with time zone    NOT NULL DEFAULT '(now())',
    tenant_id         varchar                     NULL DEFAULT '*DEFAULT*',
    mt_dotnet_type    varchar                     NULL,
    headers           jsonb                       NULL,
    user_name         varchar                     NULL,
    is_archived       bool                        NULL DEFAULT FALSE,
CONSTRAINT pkey_mt_events_seq_id PRIMARY KEY (seq_id)
);

DO $do$
BEGIN
ALTER TABLE ledger.mt_events
ADD CONSTRAINT fkey_mt_events_stream_id FOREIGN KEY(stream_id)
REFERENCES ledger.mt_streams(id)ON DELETE CASCADE
;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$do$;

CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON ledger.mt_events USING btree (stream_id, version);

CREATE UNIQUE INDEX idx_mt_events_event_id ON ledger.mt_events USING btree (id);
CREATE SEQUENCE ledger.mt_events_sequence;
ALTER SEQUENCE ledger.mt_events_sequence OWNED BY ledger.mt_events.seq_id;
CREATE TABLE IF NOT EXISTS ledger.mt_event_progression (
    name                         varchar                     NOT NULL,
    last_seq_id                  bigint                      NULL,
    last_updated                 timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
    mode                         varchar                     NULL DEFAULT 'none',
    rebuild_threshold            integer                     NULL DEFAULT 0,
    assigned_node                integer                     NULL DEFAULT 0,
    heartbeat                    timestamp with time zone    NULL,
    agent_status                 varchar(20)                 NULL,
    pause_reason                 text                        NULL,
    running_on_node              integer                     NULL,
    warning_behind_threshold     bigint                      NULL,
    critical_behind_threshold    bigint                      NULL,
    failure_category             varchar(50)                 NULL,
    failure_event_sequence       bigint                      NULL,
    failure_event_type           varchar(500)                NULL,
    failure_event_tenant_id      varchar(500)                NULL,
CONSTRAINT pk_mt_event_progression PRIMARY KEY (name)
);
CREATE TABLE IF NOT EXISTS ledger.mt_event_projection_floors (
    name            varchar                     NOT NULL,
    tenant_id       varchar                     NOT NULL,
    floor           bigint                      NOT NULL,
    last_updated    timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
CONSTRAINT pkey_mt_event_projection_floors_name_tenant_id PRIMARY KEY (name, tenant_id)
);
CREATE
OR REPLACE FUNCTION ledger.mt_mark_event_progression(name varchar, last_encountered bigint) RETURNS VOID LANGUAGE plpgsql AS
$function$
BEGIN
INSERT INTO ledger.mt_event_progression (name, last_seq_id, last_updated)
VALUES (name, last_encountered, transaction_timestamp())
ON CONFLICT ON CONSTRAINT pk_mt_event_progression
    DO
UPDATE SET last_seq_id = last_encountered, last_updated = transaction_timestamp();

END;

$function$;



CREATE OR REPLACE FUNCTION ledger.mt_archive_stream(streamid varchar) RETURNS VOID LANGUAGE plpgsql AS
$function$
BEGIN
  update ledger.mt_streams set is_archived = TRUE where id = streamid ;
  update ledger.mt_events set is_archived = TRUE where stream_id = streamid ;
END;
$function$;


CREATE OR REPLACE FUNCTION ledger.mt_quick_append_events(stream varchar, stream_type varchar, tenantid varchar, event_ids uuid[], event_types varchar[], dotnet_types varchar[], bodies jsonb[], bdatas bytea[], headers jsonb[], user_names varchar[], expected_version bigint DEFAULT NULL::bigint) RETURNS bigint[] AS $$
DECLARE
	event_version bigint;
	stream_is_archived boolean;
	event_type varchar;
	event_id uuid;
	body jsonb;
	index int;
	seq bigint;
    actual_tenant varchar;
    is_new_stream boolean := false;
	return_value bigint[];
BEGIN
    if expected_version IS NOT NULL then
        -- COALESCE turns the NULL we get for a brand-new stream into 0, so a
        -- FetchForWriting against a non-existent stream (which sets
        -- ExpectedVersionOnServer = 0) and a StartStream(id, version: 0) both
        -- land on the new-stream branch instead of mis-firing the guard.
        select version, is_archived into event_version, stream_is_archived from ledger.mt_streams where id = stream;
        if COALESCE(event_version, 0) != expected_version then
            RAISE EXCEPTION 'Stream version mismatch on ''%'': expected %, actual %', stream, expected_version, COALESCE(event_version, 0) USING ERRCODE = 'MT003';
        end if;
    else
        select version, is_archived into event_version, stream_is_archived from ledger.mt_streams where id = stream;
    end if;

	if event_version IS NULL then
		event_version = 0;
		is_new_stream := true;
		-- #5456 follow-up: insert the FINAL version straight away rather than 0 plus a
		-- trailing UPDATE of the row we just wrote in this same transaction. That UPDATE
		-- is a second heap tuple + WAL record per stream creation for no observable gain
		-- -- nothing outside this transaction can see the intermediate 0. The trailing
		-- UPDATE below is skipped for this branch via is_new_stream.
		insert into ledger.mt_streams (id, type, version, timestamp, tenant_id) values (stream, stream_type, COALESCE(array_length(event_ids, 1), 0), now(), tenantid);
    else
        if stream_is_archived then
            RAISE EXCEPTION 'Attempted to append event to archived stream with Id ''%''.', stream USING ERRCODE = 'MT001';
        end if;
        if tenantid IS NOT NULL then
            select tenant_id into actual_tenant from ledger.mt_streams where id = stream;
            if actual_tenant != tenantid then
                RAISE EXCEPTION 'The tenantid does not match the existing stream';
            end if;
        end if;
	end if;

	index := 1;
	-- #5062: array_length('{}', 1) is NULL in PostgreSQL, not 0, so a call with an
	-- empty event array used to return ARRAY[NULL] -- a bigint[] whose only element
	-- is NULL, which Npgsql cannot read into long[] ('Cannot read a non-nullable
	-- collection of elements because the returned array contains nulls'). COALESCE
	-- makes the empty case mean what it says: zero events appended, so the final
	-- version is the stream's current version.
	return_value := ARRAY[event_version + COALESCE(array_length(event_ids, 1), 0)];

	foreach event_id in ARRAY event_ids
	loop
        seq := nextval('ledger.mt_events_sequence');
		return_value := array_append(return_value, seq);

	    event_version := event_version + 1;
		event_type = event_types[index];
		body = bodies[index];

		-- #4515 / #4578 / Phase 2: bdatas[index] carries the binary payload
		-- for events opted in to binary serialization (NULL otherwise).
		-- bodies[index] is the {} JSON placeholder for those events so the
		-- existing data jsonb NOT NULL constraint stays intact.
		insert into ledger.mt_events
			(seq_id, id, stream_id, version, data, bdata, type, tenant_id, timestamp, mt_dotnet_type, is_archived, headers, user_name)
		values
			(seq, event_id, stream, event_version, body, bdatas[index], event_type, tenantid, (now() at time zone 'utc'), dotnet_types[index], FALSE, headers[index], user_names[index]);

		index := index + 1;
	end loop;

	-- A brand-new stream already carries its final version from the insert above, so the
	-- UPDATE is only needed when we appended onto a stream that already existed.
	--
	-- #5539: and only when we actually appended something. With ZERO events this was a BLIND write-back
	-- of the version read at the top of the function, and under READ COMMITTED that is a lost update: the
	-- UPDATE waits on a concurrent appender's row lock, the winner commits, the WHERE clause is
	-- re-evaluated against the new row, and `set version = <the stale value>` lands -- leaving
	-- mt_streams.version BELOW the stream's own events. Every later append then computes a version that
	-- already exists and dies on pk_mt_events_stream_and_version, forever, until the row is repaired by
	-- hand. A non-empty call cannot do this: its first INSERT collides with the winner on that same
	-- primary key and rolls the whole thing back, which is why only the empty case was exposed.
	--
	-- Two independent guards, because either alone would have been enough and the cost of both is nil:
	--   * the append count -- appending nothing has nothing to write, so the correct number of statements
	--     is zero rather than one that happens to be harmless;
	--   * greatest(), so the write-back can never LOWER a stream's version whoever calls it. An append
	--     only ever moves a version forward, so this is a no-op on every correct path and a backstop on
	--     any future caller that reads the version and then writes it back.
	if not is_new_stream and COALESCE(array_length(event_ids, 1), 0) > 0 then
		update ledger.mt_streams set version = greatest(version, event_version), timestamp = now() where id = stream;
	end if;

	return return_value;
END
$$ LANGUAGE plpgsql;

CREATE TABLE IF NOT EXISTS ledger.mt_high_water_skips (
    ending_sequence      bigint                      NOT NULL,
    starting_sequence    bigint                      NOT NULL,
    timestamp            timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
CONSTRAINT pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)
);
CREATE
OR REPLACE FUNCTION ledger.mt_mark_progression_with_skip(shard_name varchar, ending_sequence bigint, starting_sequence bigint) RETURNS bigint AS
$$
DECLARE
    current_value bigint;
BEGIN
    select last_seq_id into current_value from ledger.mt_event_progression where name = shard_name;

    IF current_value is null then
        -- Bootstrap the high-water row on first invocation. Previously this branch
        -- returned 0, which left HighWaterAgent.CheckNowAsync polling forever because
        -- statistics.CurrentMark never advanced. Issue #4425.
        INSERT INTO ledger.mt_event_progression (name, last_seq_id, last_updated)
        VALUES (shard_name, ending_sequence, transaction_timestamp())
        ON CONFLICT ON CONSTRAINT pk_mt_event_progression
            DO UPDATE SET last_seq_id = ending_sequence, last_updated = transaction_timestamp();
        IF ending_sequence > starting_sequence THEN
            -- Idempotent: a rebuild/replay re-marks the same skip (ending_sequence is the
            -- PK). Re-recording an existing gap is a no-op. Conflict target is the PK
            -- constraint (the bare column name collides with the function parameter). #4530.
            insert into ledger.mt_high_water_skips (ending_sequence, starting_sequence) values (ending_sequence, starting_sequence)
                on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
        END IF;
        return ending_sequence;
    ELSIF current_value = starting_sequence THEN
        update ledger.mt_event_progression SET last_seq_id = ending_sequence, last_updated = transaction_timestamp() where shard_name = name;
        insert into ledger.mt_high_water_skips (ending_sequence, starting_sequence) values (ending_sequence, starting_sequence)
            on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
        return ending_sequence;
    ELSE
        return current_value;
    END IF;
END
$$
LANGUAGE plpgsql;


create or replace function ledger.append_fence() returns trigger language plpgsql as $function$
begin
  if current_setting('ledger.append_protocol', true) is distinct from '2' and new.type <> 'tombstone' then
    raise exception 'This ledger takes events by append protocol 2 alone. A Ledger older than its schema still runs: stop it.'
      using errcode = 'LG001';
  end if;
  return new;
end
$function$;
create or replace trigger append_fence before insert on ledger.mt_events for each row execute function ledger.append_fence();


DO LANGUAGE plpgsql $tran$
BEGIN

DO $$
BEGIN      IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'wolverine') THEN
        BEGIN
          EXECUTE 'CREATE SCHEMA IF NOT EXISTS wolverine';
        EXCEPTION
          WHEN duplicate_schema THEN NULL;
          WHEN unique_violation THEN NULL;
        END;
      END IF;

END
$$;


CREATE TABLE IF NOT EXISTS wolverine.wolverine_outgoing_envelopes (
    id              uuid                        NOT NULL,
    owner_id        integer                     NOT NULL,
    destination     varchar                     NOT NULL,
    deliver_by      timestamp with time zone    NULL,
    body            bytea                       NOT NULL,
    attempts        integer                     NULL DEFAULT 0,
    message_type    varchar                     NOT NULL,
CONSTRAINT pkey_wolverine_outgoing_envelopes_id PRIMARY KEY (id)
);

CREATE INDEX idx_wolverine_outgoing_envelopes_owner ON wolverine.wolverine_outgoing_envelopes USING btree (owner_id) WHERE (owner_id <> 0);

CREATE INDEX idx_wolverine_outgoing_envelopes_recover ON wolverine.wolverine_outgoing_envelopes USING btree (destination) WHERE (owner_id = 0);
CREATE TABLE IF NOT EXISTS wolverine.wolverine_incoming_envelopes (
    id                uuid                        NOT NULL,
    status            varchar                     NOT NULL,
    owner_id          integer                     NOT NULL,
    execution_time    timestamp with time zone    NULL DEFAULT NULL,
    attempts          integer                     NULL DEFAULT 0,
    body              bytea                       NOT NULL,
    message_type      varchar                     NOT NULL,
    received_at       varchar                     NULL,
    keep_until        timestamp with time zone    NULL,
CONSTRAINT pkey_wolverine_incoming_envelopes_id PRIMARY KEY (id)
);

CREATE INDEX idx_wolverine_incoming_envelopes_owner ON wolverine.wolverine_incoming_envelopes USING btree (owner_id) WHERE (owner_id <> 0);

CREATE INDEX idx_wolverine_incoming_envelopes_recover ON wolverine.wolverine_incoming_envelopes USING btree (received_at) WHERE (status = 'Incoming' AND owner_id = 0);

CREATE INDEX idx_wolverine_incoming_envelopes_keep_until ON wolverine.wolverine_incoming_envelopes USING btree (keep_until) WHERE (status = 'Handled');

CREATE INDEX idx_wolverine_incoming_envelopes_scheduled ON wolverine.wolverine_incoming_envelopes USING btree (execution_time) WHERE (status = 'Scheduled');
CREATE TABLE IF NOT EXISTS wolverine.wolverine_dead_letters (
    id                   uuid                        NOT NULL,
    execution_time       timestamp with time zone    NULL DEFAULT NULL,
    body                 bytea                       NOT NULL,
    message_type         varchar                     NOT NULL,
    received_at          varchar                     NULL,
    source               varchar                     NULL,
    exception_type       varchar                     NULL,
    exception_message    varchar                     NULL,
    sent_at              timestamp with time zone    NULL,
    replayable           boolean                     NULL,
    failure_group        varchar(100)                NULL,
    failure_title        varchar(500)                NULL,
    failed_at            timestamp with time zone    NULL,
    first_failed_at      timestamp with time zone    NULL,
    replay_count         integer                     NULL,
    last_replayed_at     timestamp with time zone    NULL,
    archived_at          timestamp with time zone    NULL,
CONSTRAINT pkey_wolverine_dead_letters_id PRIMARY KEY (id)
);

CREATE INDEX idx_wolverine_dead_letters_replayable ON wolverine.wolverine_dead_letters USING btree (replayable) WHERE (replayable = true);

CREATE INDEX idx_wolverine_dead_letters_failure_group ON wolverine.wolverine_dead_letters USING btree (failure_group);
CREATE TABLE IF NOT EXISTS wolverine.wolverine_dead_letter_history (
    id                  uuid                        NOT NULL,
    replay_count        integer                     NULL,
    last_replayed_at    timestamp with time zone    NULL,
    first_failed_at     timestamp with time zone    NULL,
CONSTRAINT pkey_wolverine_dead_letter_history_id PRIMARY KEY (id)
);

CREATE INDEX idx_wolverine_dead_letter_history_last_replayed_at ON wolverine.wolverine_dead_letter_history USING btree (last_replayed_at);
CREATE TABLE IF NOT EXISTS wolverine.wolverine_nodes (
    id              uuid                        NOT NULL,
    node_number     serial                      NOT NULL,
    description     varchar                     NOT NULL,
    uri             varchar                     NOT NULL,
    started         timestamp with time zone    NOT NULL DEFAULT now(),
    health_check    timestamp with time zone    NOT NULL DEFAULT now(),
    version         varchar                     NULL,
    capabilities    text[]                      NULL,
CONSTRAINT pkey_wolverine_nodes_id PRIMARY KEY (id)
);
CREATE TABLE IF NOT EXISTS wolverine.wolverine_node_assignments (
    id         varchar                     NOT NULL,
    node_id    uuid                        NULL,
    started    timestamp with time zone    NOT NULL DEFAULT now(),
CONSTRAINT pkey_wolverine_node_assignments_id PRIMARY KEY (id)
);

DO $do$
BEGIN
ALTER TABLE wolverine.wolverine_node_assignments
ADD CONSTRAINT fkey_wolverine_node_assignments_node_id FOREIGN KEY(node_id)
REFERENCES wolverine.wolverine_nodes(id)ON DELETE CASCADE
;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$do$;
CREATE TABLE IF NOT EXISTS wolverine.wolverine_control_queue (
    id              uuid                        NOT NULL,
    message_type    varchar                     NOT NULL,
    node_id         uuid                        NOT NULL,
    body            bytea                       NOT NULL,
    posted          timestamp with time zone    NOT NULL DEFAULT NOW(),
    expires         timestamp with time zone    NULL,
CONSTRAINT pkey_wolverine_control_queue_id PRIMARY KEY (id)
);
CREATE TABLE IF NOT EXISTS wolverine.wolverine_node_records (
    id             serial                      NOT NULL,
    node_number    integer                     NOT NULL,
    event_name     varchar                     NOT NULL,
    timestamp      timestamp with time zone    NOT NULL DEFAULT now(),
    description    varchar                     NULL,
CONSTRAINT pkey_wolverine_node_records_id PRIMARY KEY (id)
);
CREATE TABLE IF NOT EXISTS wolverine.wolverine_agent_restrictions (
    id      uuid       NOT NULL,
    uri     varchar    NOT NULL,
    type    varchar    NOT NULL,
    node    integer    NOT NULL DEFAULT 0,
CONSTRAINT pkey_wolverine_agent_restrictions_id PRIMARY KEY (id)
);

END;
$tran$;

insert into ledger.schema_version (one, version, applied) values (true, 6, now()) on conflict (one) do nothing;
