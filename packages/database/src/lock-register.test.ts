import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'
import { scaled, testDatabase } from '@kitroom/testing'

import { messagingTables, openDatabase, sql } from './index.ts'

const ROOT = join(import.meta.dirname, '../../..')
const RECORD = readFileSync(join(ROOT, 'docs/decisions/0003-no-double-booking.md'), 'utf8')

/** `booking:resource:` of `booking:resource:<org>:<resource>`: what comes before the first part that varies. */
const fixedPart = (name: string) => name.replace(/[<$].*/, '')

const names = [...RECORD.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name)
const registered = names.map(fixedPart)
const linked = [...RECORD.matchAll(/\]\(\.\.\/\.\.\/([^)]+\.ts)\)/g)].map(([, file = '']) => file)

const withoutComments = (source: string) => source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

/** A statement that takes an advisory lock. */
const TAKEN = /pg_(?:try_)?advisory_\w+\(/
/** What a file that names one speaks of: `lock`, `keyLock`, `lockName`, or the statement itself. */
const SPOKEN_OF = /lock/i
/** A text of words, each with a colon behind it: `audit:chain:${…}` or 'signing-key:first'. */
const NAME = /[`'](?!node:)((?:[a-z][a-z-]*:)+[a-z-]*)(?=\$\{|[`'])/g

/** Locks of the whole installation, and why no organisation is in their names. */
const OF_ALL: Record<string, string> = {
  'last-admin:installation': 'an account may be admin in several',
  'login:<network>': 'counted before anybody is known',
  'signing-key:first': 'keys are the installation’s',
  'provision:kitroom': 'before there is any',
  'migration:<schema>': 'tables are everybody’s',
}

const sources = globSync('{packages,services}/*/src/**/*.ts', { cwd: ROOT })
  .filter((file) => !file.endsWith('.test.ts') && !file.includes('node_modules'))
  .map((file) => ({ file, code: withoutComments(readFileSync(join(ROOT, file), 'utf8')) }))

const namesIn = (code: string) => [...code.matchAll(NAME)].map(([, name = '']) => name)

describe('the register of advisory locks', () => {
  it('has every name that is locked, and no other', () => {
    const speaking = sources.filter(({ code }) => SPOKEN_OF.test(code))
    const used = new Set(speaking.flatMap(({ code }) => namesIn(code)))
    expect([...used].toSorted()).toEqual(registered.toSorted())
  })

  it('links every file that takes an advisory lock, and only files that are there', () => {
    const taking = sources.filter(({ code }) => TAKEN.test(code))
    expect(linked).toEqual(expect.arrayContaining(taking.map(({ file }) => file)))
    expect(sources.map(({ file }) => file)).toEqual(expect.arrayContaining(linked))
  })

  it('has no name that begins like another one, so that two of them never mean the same key', () => {
    const clashes = registered.flatMap((one) =>
      registered.filter((other) => other !== one && other.startsWith(one)),
    )
    expect(clashes).toEqual([])
    expect(new Set(registered).size).toBe(registered.length)
  })

  it('has the organisation in every name, but those of the whole installation (TEN-11)', () => {
    const without = names.filter((name) => !name.includes('<org>'))
    expect(without.toSorted()).toEqual(Object.keys(OF_ALL).toSorted())
  })
})

/** As many names as one transaction holds the locks of, of every kind that varies, in a few organisations. */
function someNames(count: number, orgs: readonly string[]): string[] {
  const varying = names.filter((name) => name.replace('<org>', '').includes('<'))
  return Array.from({ length: count }, (_, at) =>
    (varying[at % varying.length] ?? '')
      .replace('<org>', orgs[at % orgs.length] ?? '')
      .replaceAll(/<\w+>/g, () => randomUUID()),
  )
}

describe('the keys of advisory locks', () => {
  it('are as many as there are names: of a million no two are the same (CON-8)', async () => {
    const [rounds, atOnce] = [scaled(50, 250), 4_000]
    await using on = await testDatabase('booking', [
      { name: '20261121000000_messaging', up: messagingTables },
    ])
    const database = openDatabase({ url: on.url, service: 'booking', entities: [] })
    const orgs = Array.from({ length: 100 }, () => randomUUID())
    const origin = { orgId: orgs[0] ?? '', userId: null, requestId: 'keys' }
    const keys = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const held = await database.transaction(origin, async ({ lock, query }) => {
        lock(someNames(atOnce, orgs))
        return query(sql<{ key: string }>`
          select classid || ':' || objid as key from pg_locks
          where locktype = 'advisory' and objsubid = 1 and pid = pg_backend_pid()`)
      })
      for (const { key } of held) keys.add(key)
    }
    await database.close()
    expect(keys.size).toBe(rounds * atOnce)
  }, 300_000)

  it('are of 64 bits wherever a name becomes one, but of the relays: those have two numbers, a space apart', () => {
    const short = sources.filter(({ code }) => /\bhashtext\(/.test(code)).map(({ file }) => file)
    expect(short).toEqual(['packages/database/src/messaging/outbox.ts'])
    const hashes = sources.flatMap(({ code }) =>
      code.split('\n').filter((line) => line.includes('hashtextextended(')),
    )
    expect(hashes.length).toBeGreaterThan(5)
    expect(hashes.filter((line) => !/hashtextextended\(.+, 0\)/.test(line))).toEqual([])
  })
})
