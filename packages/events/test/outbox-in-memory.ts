import type { EntityChanged } from '@kitroom/contracts'

import type { Outbox, OutboxLease } from '../src/index.ts'

interface Row {
  id: string
  subject: string
  payload: string
  attempt: number
  publishedAt: number | undefined
  confirmed: boolean
}

/** The clock of the database, which those of the processes do not touch. */
const now = () => performance.timeOrigin + performance.now()

/** An outbox as the table keeps it. Waiting for a confirmation can be made to pass faster. */
export function outboxInMemory({ speed = 1 } = {}) {
  const rows: Row[] = []
  let leader: AbortController | undefined
  let wake: (() => void) | undefined
  let looks = 0
  let rings = true

  const takeBack = (isTaken: (row: Row, publishedAt: number) => boolean): number => {
    const taken = rows.filter((row) => row.publishedAt !== undefined && isTaken(row, row.publishedAt))
    for (const row of taken) {
      row.publishedAt = undefined
      row.attempt += 1
    }
    return taken.length
  }

  const leaseOf = (lost: AbortController): OutboxLease => ({
    lost: lost.signal,
    onWake: (listener) => (wake = listener),
    pending: async (limit) => {
      looks += 1
      return rows
        .filter(({ publishedAt }) => publishedAt === undefined)
        .slice(0, limit)
        .map((row) => ({ ...row }))
    },
    markPublished: async (sent) => {
      for (const { id, attempt } of sent) {
        const row = rows.find((candidate) => candidate.id === id && candidate.attempt === attempt)
        if (row) row.publishedAt = now()
      }
    },
    resendUnconfirmed: async (afterSeconds, ceilingSeconds) =>
      takeBack(
        (row, at) =>
          !row.confirmed &&
          now() - at > (Math.min(afterSeconds * 2 ** row.attempt, ceilingSeconds) * 1_000) / speed,
      ),
    resendAfterLoss: async (withinSeconds, publishedBefore) =>
      takeBack(
        (row, at) =>
          at < (publishedBefore?.getTime() ?? Infinity) &&
          (!row.confirmed || at > now() - withinSeconds * 1_000),
      ),
    release: async () => {
      if (leader === lost) leader = undefined
    },
  })

  const outbox: Outbox = {
    lead: async () => {
      if (leader) return undefined
      leader = new AbortController()
      return leaseOf(leader)
    },
    markConfirmed: async (ids) => {
      for (const row of rows) row.confirmed ||= ids.includes(row.id)
    },
  }

  return {
    outbox,
    rows,
    /** Commits events, and rings unless the bell was cut. */
    add: (events: readonly EntityChanged[]) => {
      for (const event of events) {
        const { id, type } = event
        rows.push({
          id,
          subject: type,
          payload: JSON.stringify(event),
          attempt: 0,
          publishedAt: undefined,
          confirmed: false,
        })
      }
      if (rings) wake?.()
    },
    cutBell: () => (rings = false),
    /** As when the leader's connection breaks. */
    breakLease: () => {
      const broken = leader
      leader = undefined
      broken?.abort()
    },
    looks: () => looks,
    unpublished: () => rows.filter(({ publishedAt }) => publishedAt === undefined).length,
    unconfirmed: () => rows.filter(({ confirmed }) => !confirmed).length,
  }
}
