import { type Database, sql } from '@kitroom/database'
import { observed } from '@kitroom/observability'

const living = sql<{ waiting: number; offered: number }>`
  select count(*) filter (where status = 'WAITING') as waiting, count(*) filter (where status = 'OFFERED') as offered
  from waitlist_entry where status in ('WAITING', 'OFFERED')`

/** Shows how many wait and how many have an offer, over all organisations. */
export function observeWaitlist(database: Database, jobRole: string): Disposable {
  return observed(
    {
      'kitroom.waitlist.waiting': { unit: '{entry}', description: 'Entries of waitlists that wait.' },
      'kitroom.offers.open': {
        unit: '{offer}',
        description: 'Offers that can be accepted or have just lapsed.',
      },
    },
    async () => {
      const [counted] = await database.asRole(jobRole, (query) => query(living))
      if (counted === undefined) return []
      return [
        { name: 'kitroom.waitlist.waiting', value: counted.waiting },
        { name: 'kitroom.offers.open', value: counted.offered },
      ]
    },
  )
}
