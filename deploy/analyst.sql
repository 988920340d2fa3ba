-- The role of those who look at the views of the schema analytics, and may read nothing else. Run as a superuser in the ledger's database,
-- once, before or after db-apply (the service's own role may make no roles):
--   psql -v ON_ERROR_STOP=1 -f deploy/analyst.sql postgres://postgres@HOST/ledger
-- Then let people in through it: alter role ledger_analyst login password '…', or grant ledger_analyst to a role of their own.
do $analyst$
declare
  shown text;
begin
  if not exists (select from pg_roles where rolname = 'ledger_analyst') then
    create role ledger_analyst nologin;
  end if;
  alter role ledger_analyst nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 20;
  -- A query that was forgotten holds nothing up for ever.
  alter role ledger_analyst set default_transaction_read_only = on;
  alter role ledger_analyst set statement_timeout = '60s';
  alter role ledger_analyst set idle_in_transaction_session_timeout = '60s';
  -- Where db-apply was first. Where it comes after, it grants the same.
  if to_regnamespace('analytics') is not null then
    grant usage on schema analytics to ledger_analyst;
    for shown in select format('%I.%I', schemaname, viewname) from pg_views where schemaname = 'analytics' loop
      execute format('grant select on %s to ledger_analyst', shown);
    end loop;
  end if;
end
$analyst$;
