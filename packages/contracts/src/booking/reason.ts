import { z } from 'zod'

import { optionalText } from '../primitives/text.ts'

/** Why a booking is approved, rejected or cancelled. */
export const Reason = z.strictObject({ reason: optionalText(1000) })
export type Reason = z.infer<typeof Reason>
