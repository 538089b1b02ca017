import { expect } from '@jest/globals'
import { scaled } from '@kitroom/testing'

import { enrol, type Person } from '../client.ts'
import type { TestSystem } from '../test-system.ts'
import { inForceAfter } from './in-force.ts'

const POLLS = scaled(100, 1_000)
/** The short form runs beside other tests, and leaves them the processor. */
const EVERY_MS = scaled(40, 1)

const statusOf = async (who: Person, path: string) => (await who.send('GET', path)).status

/** Makes every kind of change that takes access away or gives it, and says how long each took to be in force. */
export async function changesInForce({ url }: TestSystem, admin: Person, forMs: number): Promise<number[]> {
  const change = async ({ id }: Person, body: object) => {
    const { status } = await admin.send('PATCH', `/users/${id}`, { body, ifMatch: '*' })
    expect(status).toBe(200)
  }
  const watch = async (
    role: 'student' | 'staff',
    path: string,
    before: number,
    act: (who: Person) => Promise<void>,
  ) => {
    const who = await enrol(url, admin, role)
    return () =>
      inForceAfter({
        ask: () => statusOf(who, path),
        stillBefore: (status) => status === before,
        act: () => act(who),
        forMs,
        polls: POLLS,
        everyMs: EVERY_MS,
      })
  }
  const ways = {
    'signing out': await watch('student', '/tags', 200, async (who) => {
      expect((await who.send('POST', '/auth/logout')).status).toBe(204)
    }),
    deactivation: await watch('student', '/tags', 200, (who) => change(who, { is_active: false })),
    removal: await watch('student', '/tags', 200, (who) => change(who, { roles: [] })),
    demotion: await watch('staff', '/users', 200, (who) => change(who, { roles: ['student'] })),
    promotion: await watch('student', '/users', 403, (who) => change(who, { roles: ['staff'] })),
  }
  const seen = await Promise.all(Object.entries(ways).map(async ([way, go]) => [way, await go()] as const))
  console.log(seen.map(([way, { ms, polls: asked }]) => `${way}: ${ms} ms (${asked} polls)`).join('\n'))
  return seen.map(([, { ms }]) => ms)
}
