import { z } from 'zod'

import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { text } from '../primitives/text.ts'

/** What somebody writes about a booking. */
export const NewMessage = z.strictObject({ text: text(4000) })
export type NewMessage = z.infer<typeof NewMessage>

/** A message between the requester of a booking and staff. It is never changed. */
export const Message = z
  .object({
    id: Id,
    org_id: Id,
    booking_id: Id,
    author_user_id: Id,
    text: z.string(),
    created_at: InstantText,
  })
  .meta({ id: 'Message' })
export type Message = z.infer<typeof Message>
