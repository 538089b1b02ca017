import { Instant } from '../../primitives/instant.ts'
import { MAX_DAYS } from '../../primitives/period.ts'

/** The time a report is about: half-open, the last twelve weeks when left out. */
export const window = {
  from: Instant.optional().describe('12 weeks before `to` when left out.'),
  to: Instant.optional().describe(
    `The first instant after the time, at most ${MAX_DAYS} days after \`from\`; now when left out.`,
  ),
}

/** What every report is. */
export const report = { service: 'booking', method: 'GET', access: 'staff' } as const
