-- Gives an action its own partition before it is published. People can sign other actions while this
-- reads the default partition. See docs/scaling.md.
--
--   psql --set=action=7 campaign_actions < add-partition.sql

\set ON_ERROR_STOP on
set lock_timeout = '5s';
select set_config('campaign_actions.action', :'action', false);

begin;
alter table signatures_rest add constraint without_action_:action check (action_id <> :action) not valid;
do $$
declare
    its_id constant integer := current_setting('campaign_actions.action');
begin
    if not exists (select from actions where id = its_id) then
        raise exception 'There is no action %', its_id;
    end if;
    if exists (select from actions where id = its_id and published_at <= now() at time zone 'utc') then
        raise exception 'Action % is published: people may be signing it', its_id;
    end if;
    if exists (select from signatures where action_id = its_id) then
        raise exception 'Action % has signatures already', its_id;
    end if;
end $$;
commit;

-- Reads the default partition without locking out signers, so that the next transaction need not read it.
alter table signatures_rest validate constraint without_action_:action;

begin;
create table signatures_:action partition of signatures for values in (:action)
    with (autovacuum_vacuum_scale_factor = 0.05);
alter table signatures_rest drop constraint without_action_:action;
commit;
