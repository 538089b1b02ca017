import { describe, expect, it } from '@jest/globals'

import { describeSql } from './describe-sql.ts'

describe('describeSql', () => {
  it.each([
    ['begin', 'BEGIN'],
    [`select set_config('app.org_id', 'x', true)`, 'SELECT'],
    ['\n  select id from outbox where published_at is null', 'SELECT outbox'],
    [`insert into "auth"."app_user" ("email") values ('ann@example.org')`, 'INSERT auth.app_user'],
    [`update outbox set a = 1 from unnest('{1}'::int[]) as t`, 'UPDATE outbox'],
    [`select extract(epoch from greatest(a, 'b')) from login_failure`, 'SELECT login_failure'],
    ['with wanted as (select unnest($1::uuid[])) select * from resource_unit', 'WITH resource_unit'],
  ])('names %j by what it does to which table', (text, summary) => {
    expect(describeSql(text)['db.query.summary']).toBe(summary)
  })

  it('leaves out values and the way the statement is laid out', () => {
    expect(describeSql(`select 1\n   from t\n   where a = E'it\\'s me'`)['db.query.text']).toBe(
      'select ? from t where a = ?',
    )
  })
})
