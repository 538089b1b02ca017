import { randomUUID } from 'node:crypto'

import { inHours, until } from '@kitroom/testing'

import type { Answer } from '../client.ts'
import type { Scene } from '../history/load.ts'
import type { TestSystem } from '../test-system.ts'

/** Two offers to the student of a scene, whose ends only the database's clock may decide. */
export interface TwoOffers {
  /** Lets the one of them end some seconds from now. */
  endSoon: () => Promise<void>
  /**
   * Waits until it has.
   * @returns by how many seconds too late
   * @throws Error when it ended too early, or the other one with it
   */
  ended: () => Promise<number>
  /** Takes the other one. */
  accept: () => Promise<Answer>
}

const SOON_SECONDS = 2

interface Seen {
  status: string
  late: number | null
}

export async function twoOffers(system: TestSystem, { admin, student }: Scene): Promise<TwoOffers> {
  const made = async (path: string, body: object) => {
    const { status, body: told } = await admin.send('POST', path, { body, key: randomUUID() })
    if (status >= 300) throw new Error(`POST ${path} was answered ${status}: ${JSON.stringify(told)}`)
    return told as unknown as { id: string }
  }
  const units = [{ barcode: 'Beamer 0' }]
  const beamer = await made('/resources', { type: 'Beamer', name: 'Beamer', units })
  const wish = {
    start_at: inHours(60),
    end_at: inHours(61),
    items: [{ resource_id: beamer.id, quantity: 1 }],
  }
  await made('/bookings', wish)
  const offered = async (hour: number) => {
    const key = randomUUID()
    const { body } = await student.send('POST', '/waitlist', { body: wish, key })
    const { id } = body as unknown as { id: string }
    await made(`/waitlist/${id}/offer`, { start_at: inHours(hour), end_at: inHours(hour + 1) })
    return id
  }
  const [staying, ending] = [await offered(70), await offered(72)]
  const seen = async (id: string) => {
    const [entry] = await system.sql<Seen>(
      `select status, extract(epoch from ended_at - offer_expires_at)::float as late
       from booking.waitlist_entry where id = $1`,
      [id],
    )
    return entry
  }
  return {
    async endSoon() {
      await system.sql(
        `with soon as (select clock_timestamp() + make_interval(secs => $2) as at),
           entry as (update booking.waitlist_entry set offer_expires_at = soon.at from soon where id = $1)
         update booking.occupancy set held_until = soon.at from soon where entry_id = $1`,
        [ending, SOON_SECONDS],
      )
    },
    async ended() {
      const gone = await until(
        () => seen(ending),
        (entry) => entry?.status !== 'OFFERED',
      )
      if (gone?.status !== 'EXPIRED' || gone.late === null || gone.late < 0)
        throw new Error(`the short offer has ended wrongly: ${JSON.stringify(gone)}`)
      const left = await seen(staying)
      if (left?.status !== 'OFFERED') throw new Error(`the long offer has ended too: ${JSON.stringify(left)}`)
      return gone.late
    },
    accept: () => student.send('POST', `/waitlist/${staying}/accept`, { body: {}, key: randomUUID() }),
  }
}
