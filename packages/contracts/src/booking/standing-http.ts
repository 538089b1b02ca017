import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { Id } from '../primitives/id.ts'
import { Standing } from './standing.ts'

export const getStanding = endpoint({
  name: 'getStanding',
  service: 'booking',
  method: 'GET',
  path: '/borrowers/{id}/standing',
  access: 'student',
  summary: 'Get where a borrower stands',
  description:
    'Strikes, fines and bookings of a member beside the limits of the policy, and what keeps them from borrowing. Students see their own, staff that of any member; `me` is the caller.',
  params: z.strictObject({ id: z.union([z.literal('me'), Id], 'Write `me` or the id of a user.') }),
  replies: { 200: Standing },
  failures: ['forbidden', 'not-found'],
})
