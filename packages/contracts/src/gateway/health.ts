import { z } from 'zod'

import { SERVICES } from '../endpoint.ts'

const State = z.enum(['ok', 'unavailable'])

/** How the system is. */
export const Health = z
  .object({
    status: z.enum(['ok', 'degraded']),
    services: z.record(z.enum(SERVICES), State),
  })
  .meta({ id: 'Health' })
export type Health = z.infer<typeof Health>

/** That a process runs, or that it can do its work. */
export const Alive = z.object({ status: z.literal('ok') }).meta({ id: 'Alive' })
export type Alive = z.infer<typeof Alive>
