-- Partitions the table `signatures` by action. The present table becomes the default partition,
-- `signatures_rest`. No row is copied, and people who are signing wait for about a tenth of a second.
-- Either everything is changed or nothing. See docs/scaling.md.
--
--   psql campaign_actions < partition-signatures.sql

\set ON_ERROR_STOP on

begin;
set local lock_timeout = '5s';
-- In the order in which the program takes its locks.
lock table actions, consent_texts, invalidation_batches in share row exclusive mode;
lock table signatures in access exclusive mode;

do $$
declare
    former constant regclass := 'signatures'::regclass;
    sequence constant text := pg_get_serial_sequence('signatures', 'id');
    owner constant text := (select relowner::regrole::text from pg_class where oid = former);
    keys text[];
    indexes text[];
    references_to_it text[];
    triggers text[];
    statement text;
    item record;
begin
    if (select relkind from pg_class where oid = former) <> 'r' then
        raise exception 'signatures is partitioned already';
    end if;

    -- Keys and indexes of the new table. Its check constraints come with LIKE.
    select array_agg(format('alter table signatures add constraint %I %s', conname, pg_get_constraintdef(oid)))
        into keys from pg_constraint where conrelid = former and contype in ('p', 'u', 'f');
    select array_agg(pg_get_indexdef(indexrelid)) into indexes from pg_index
        where indrelid = former
        and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'));
    select array_agg(format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)))
        into references_to_it from pg_constraint where confrelid = former and contype = 'f';
    select array_agg(pg_get_triggerdef(oid)) into triggers from pg_trigger where tgrelid = former and not tgisinternal;

    for item in select conrelid::regclass as relation, conname from pg_constraint
        where confrelid = former and contype = 'f'
    loop
        execute format('alter table %s drop constraint %I', item.relation, item.conname);
    end loop;

    for item in select tgname from pg_trigger where tgrelid = former and not tgisinternal loop
        execute format('drop trigger %I on signatures', item.tgname);
    end loop;

    -- The new table takes over the names of the indexes, because migrations use them.
    alter table signatures rename to signatures_rest;
    for item in select indexrelid::regclass as name, relname from pg_index
        join pg_class on pg_class.oid = indexrelid where indrelid = former
    loop
        execute format('alter index %s rename to %I', item.name, replace(item.relname, 'signatures', 'signatures_rest'));
    end loop;

    create table signatures (like signatures_rest including defaults including constraints)
        partition by list (action_id);
    execute format('alter table signatures owner to %s', owner);
    execute format('alter sequence %s owned by signatures.id', sequence);
    for item in select privilege_type, is_grantable,
        case when grantee = 0 then 'public' else grantee::regrole::text end as grantee
        from pg_class, aclexplode(relacl) where pg_class.oid = former
    loop
        execute format('grant %s on signatures to %s%s', item.privilege_type, item.grantee,
            case when item.is_grantable then ' with grant option' else '' end);
    end loop;
    foreach statement in array keys || indexes loop
        execute statement;
    end loop;

    alter table signatures attach partition signatures_rest default;
    foreach statement in array triggers || coalesce(references_to_it, '{}') loop
        execute statement;
    end loop;
end $$;
commit;

analyze signatures;
