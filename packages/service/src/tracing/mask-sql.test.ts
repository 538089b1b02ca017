import { describe, expect, it } from '@jest/globals'

import { maskSql } from './mask-sql.ts'

describe('maskSql', () => {
  it.each([
    ["select * from users where email = 'ann@example.org'", 'select * from users where email = ?'],
    ["select 'it''s', 'two'", 'select ?, ?'],
    [String.raw`select E'it\'s here', 'x'`, 'select ?, ?'],
    [String.raw`select 'ends with \', secret from t where a = 'b'`, 'select ?, secret from t where a = ?'],
    ['select $$secret$$, $tag$also $$ secret$tag$', 'select ?, ?'],
    ['select * from t where a = 42 and b = -1.5 limit 10', 'select * from t where a = ? and b = ? limit ?'],
    ['select v2 from t1 where id = $1', 'select v2 from t1 where id = $1'],
    ["values ('line\none')", 'values (?)'],
  ])('masks %s', (text, masked) => {
    expect(maskSql(text)).toBe(masked)
  })
})
