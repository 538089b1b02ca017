import { type SqlMigration, TENANT } from '@kitroom/database'

/**
 * Search: one folded text per resource holds everything `q` looks at, so that one trigram index and one filter serve.
 * Why it is asked through a SECURITY DEFINER function: docs/decisions/0007-imports-and-search.
 */
export const search: SqlMigration = {
  name: '20261121000200_search',
  up: ({ owner, app }) => `
    create function searchable(words text) returns text
      language sql immutable strict parallel safe
      return lower(normalize(words, nfc));

    alter table resource add column unit_text text not null default '';
    alter table resource add column search_text text not null generated always as (searchable(
      name || E'\\n' || coalesce(description, '') || E'\\n' || coalesce(serial_number, '') || E'\\n' || unit_text
    )) stored;
    create index resource_search on resource using gin (search_text gin_trgm_ops);

    create function tell_units() returns trigger language plpgsql as $$
    begin
      update resource set unit_text = told.text
      from (select distinct org_id, resource_id from written) as touched
      cross join lateral (
        select coalesce(string_agg(concat_ws(E'\\n', barcode, serial_number), E'\\n' order by barcode collate "C"), '') as text
        from resource_unit as unit
        where unit.org_id = touched.org_id and unit.resource_id = touched.resource_id
          and (unit.deleted_at is null or unit.deleted_with_resource)
      ) as told
      where resource.org_id = touched.org_id and resource.id = touched.resource_id
        and resource.unit_text <> told.text;
      return null;
    end $$;
    create trigger tell_new_units after insert on resource_unit
      referencing new table as written for each statement execute function tell_units();
    create trigger tell_changed_units after update on resource_unit
      referencing new table as written for each statement execute function tell_units();

    create policy search on resource for select to ${owner} using (true);
    create function resources_matching(pattern text, enough integer) returns setof uuid
      language plpgsql stable security definer
      set search_path = inventory, extensions, pg_temp
      set plan_cache_mode = force_custom_plan
      as $$
    begin
      return query select id from resource where ${TENANT} and search_text like pattern limit enough;
    end $$;
    revoke all on function resources_matching from public;
    grant execute on function resources_matching to ${app};`,
}
