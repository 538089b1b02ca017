import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { seal } from '../persistence/seal.ts'
import type { AuditEvent } from './audit-event.ts'
import { append, endVerdict, follow, GENESIS, type Head, headOf, type Link } from './chain.ts'

const ORG = '01941f29-7c00-7000-8000-000000000000'

const instant = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>
const state = fc.option(fc.dictionary(fc.string(), json, { maxKeys: 3 }))

const event: fc.Arbitrary<AuditEvent> = fc.record({
  id: fc.uuid(),
  orgId: fc.constant(ORG),
  actorUserId: fc.option(fc.uuid()),
  entityType: fc.constantFrom('Booking', 'ResourceUnit'),
  entityId: fc.uuid(),
  action: fc.constantFrom('CREATE', 'UPDATE', 'STATUS_CHANGE'),
  before: state,
  after: state,
  at: instant,
  receivedAt: instant,
  requestId: fc.string(),
  service: fc.constantFrom('booking', 'inventory'),
  traceId: fc.option(fc.string()),
})
const chain = (minLength: number) =>
  fc.array(event, { minLength, maxLength: 6 }).map((events) => append(GENESIS, events, seal))
const tampering = (minLength: number) => fc.tuple(chain(minLength), fc.nat(), fc.nat())

function verify(links: readonly Link[], recorded: Head) {
  const { head, broken } = follow(GENESIS, links, seal)
  return broken === null ? endVerdict(head, recorded) : { verified: false, brokenId: broken.id }
}
const endOf = (links: readonly Link[]) => links.map(headOf).at(-1) ?? GENESIS

/** 200 trials of each kind, as EVT-13 asks. */
const always = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: 200 })

/** Another value for each column, never the same as before. */
const CHANGES: { [Column in keyof Link]: (link: Link) => Link[Column] } = {
  id: (link) => `${link.id.slice(0, -1)}${link.id.endsWith('0') ? '1' : '0'}`,
  orgId: () => '01941f29-7c00-7000-8000-0000000000ff',
  actorUserId: (link) => (link.actorUserId === null ? ORG : null),
  entityType: (link) => `${link.entityType}s`,
  entityId: (link) => `${link.entityId}0`,
  action: (link) => (link.action === 'UPDATE' ? 'CREATE' : 'UPDATE'),
  before: (link) => (link.before === null ? {} : null),
  after: (link) => ({ ...link.after, smuggled: true }),
  at: (link) => new Date(link.at.getTime() === 0 ? 1 : link.at.getTime() - 1),
  receivedAt: (link) => new Date(link.receivedAt.getTime() === 0 ? 1 : link.receivedAt.getTime() - 1),
  requestId: (link) => `${link.requestId}!`,
  service: (link) => (link.service === 'booking' ? 'inventory' : 'booking'),
  traceId: (link) => (link.traceId === null ? '' : null),
  seq: (link) => link.seq + 1,
  prevHash: (link) => seal(link.prevHash, {}).hash,
  hash: (link) => seal(link.hash, {}).hash,
  canonical: (link) => `${link.canonical} `,
}

describe('A chain of audit events', () => {
  it('is whole as it was made, in one piece or appended to', () => {
    always(fc.tuple(chain(0), fc.array(event)), ([links, more]) => {
      const longer = [...links, ...append(endOf(links), more, seal)]
      expect(verify(longer, endOf(longer))).toEqual({ verified: true, brokenId: null })
    })
  })

  it('is whole when it is followed in chunks', () => {
    always(fc.tuple(chain(2), fc.nat()), ([links, at]) => {
      const cut = at % links.length
      const first = follow(GENESIS, links.slice(0, cut), seal)
      const second = follow(first.head, links.slice(cut), seal)
      expect([first.broken, second.broken, second.head]).toEqual([null, null, endOf(links)])
    })
  })

  it.each(Object.keys(CHANGES) as (keyof Link)[])('shows the row whose %s was changed', (column) => {
    always(tampering(1), ([links, where]) => {
      const at = where % links.length
      const changed = links.map((link, i) => (i === at ? { ...link, [column]: CHANGES[column](link) } : link))
      expect(verify(changed, endOf(links))).toEqual({ verified: false, brokenId: changed[at]!.id })
    })
  })

  it('shows the row after a deleted one, and the newest when that itself is gone', () => {
    always(tampering(1), ([links, where]) => {
      const at = where % links.length
      const brokenId = (links[at + 1] ?? links[at]!).id
      expect(verify(links.toSpliced(at, 1), endOf(links))).toEqual({ verified: false, brokenId })
    })
  })

  it('shows that any number of the newest rows are gone', () => {
    always(tampering(1), ([links, where]) => {
      const kept = links.slice(0, where % links.length)
      expect(verify(kept, endOf(links))).toEqual({ verified: false, brokenId: endOf(links).id })
    })
  })

  it('shows an inserted row that does not know its place', () => {
    always(fc.tuple(chain(1), fc.nat(), event), ([links, where, smuggled]) => {
      const at = where % links.length
      const [forged] = append(GENESIS, [smuggled], seal)
      const row = { ...forged!, seq: at + 1, prevHash: endOf(links.slice(0, at)).hash }
      const longer = links.toSpliced(at, 0, row).map((link, i) => ({ ...link, seq: i + 1 }))
      expect(verify(longer, endOf(longer)).verified).toBe(false)
      // At the very beginning of the chain the forged row fits; then it is the next one that cannot.
      expect(verify(longer, endOf(longer)).brokenId).toBe(longer[at === 0 ? 1 : at]!.id)
    })
  })

  it('shows the row behind an inserted one that was sealed into its place', () => {
    always(fc.tuple(chain(1), fc.nat(), event), ([links, where, smuggled]) => {
      const at = where % links.length
      const row = append(endOf(links.slice(0, at)), [smuggled], seal)
      const longer = [
        ...links.slice(0, at),
        ...row,
        ...links.slice(at).map((link) => ({ ...link, seq: link.seq + 1 })),
      ]
      expect(verify(longer, endOf(longer))).toEqual({ verified: false, brokenId: links[at]!.id })
    })
  })

  it('shows the first of two rows that changed places', () => {
    always(tampering(2), ([links, one, other]) => {
      const [a, b] = [one % links.length, other % links.length].toSorted((x, y) => x - y) as [number, number]
      fc.pre(a !== b)
      const swapped = links
        .with(a, links[b]!)
        .with(b, links[a]!)
        .map((link, i) => ({ ...link, seq: i + 1 }))
      expect(verify(swapped, endOf(links))).toEqual({ verified: false, brokenId: swapped[a]!.id })
    })
  })

  it('shows the next row, or the end, when a changed one was sealed anew', () => {
    always(tampering(1), ([links, where]) => {
      const at = where % links.length
      const { seq, prevHash, ...facts } = links[at]!
      const [resealed] = append(
        { seq: seq - 1, hash: prevHash, id: null },
        [{ ...facts, entityId: 'other' }],
        seal,
      )
      const brokenId = (links[at + 1] ?? links[at]!).id
      expect(verify(links.with(at, resealed!), endOf(links))).toEqual({ verified: false, brokenId })
    })
  })
})
