-- Makes `signatures` one table again. Signatures outside the default partition are copied into it,
-- which takes about a minute for each million. Stop pages and workers first. Either everything is
-- changed or nothing. See docs/scaling.md.
--
--   psql campaign_actions < unpartition-signatures.sql

\set ON_ERROR_STOP on

begin;
set local lock_timeout = '5s';
lock table signatures in access exclusive mode;

do $$
declare
    parent constant regclass := 'signatures'::regclass;
    rest constant regclass := 'signatures_rest'::regclass;
    sequence constant text := pg_get_serial_sequence('signatures', 'id');
    columns constant text := (select string_agg(quote_ident(attname), ', ' order by attnum)
        from pg_attribute where attrelid = parent and attnum > 0 and not attisdropped);
    references_to_it text[];
    triggers text[];
    index_names jsonb;
    statement text;
    item record;
begin
    select array_agg(format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)))
        into references_to_it from pg_constraint
        where confrelid = parent and contype = 'f' and conparentid = 0;
    select array_agg(pg_get_triggerdef(oid)) into triggers from pg_trigger where tgrelid = parent and not tgisinternal;
    -- The name in the whole table of each index of the default partition.
    select jsonb_object_agg(part.relname, whole.relname) into index_names from pg_inherits
        join pg_class whole on whole.oid = inhparent
        join pg_class part on part.oid = inhrelid
        join pg_index on indexrelid = inhrelid where indrelid = rest;

    for item in select conrelid::regclass as relation, conname from pg_constraint
        where confrelid = parent and contype = 'f' and conparentid = 0
    loop
        execute format('alter table %s drop constraint %I', item.relation, item.conname);
    end loop;

    alter table signatures detach partition signatures_rest;
    execute format('insert into signatures_rest (%s) select %s from signatures', columns, columns);
    execute format('alter sequence %s owned by signatures_rest.id', sequence);
    drop table signatures;

    alter table signatures_rest rename to signatures;
    for item in select key as part, value as whole from jsonb_each_text(index_names) loop
        execute format('alter index %I rename to %I', item.part, item.whole);
    end loop;
    foreach statement in array triggers || coalesce(references_to_it, '{}') loop
        execute statement;
    end loop;
end $$;
commit;

analyze signatures;
