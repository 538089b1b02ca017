import { type Failure, type FailureCode, FAILURES } from '@kitroom/errors'
import { counter } from '@kitroom/observability'

const refusals = counter('kitroom.refusals', {
  unit: '{refusal}',
  description: 'Requests that were refused, by the code of the problem document.',
})
// A series that begins with its first refusal would hide that one from whoever looks at the increase.
for (const code of Object.keys(FAILURES) as FailureCode[]) refusals.add(0, { 'error.type': code })

/** Counts a refusal by its code. */
export const countRefusal = ({ code }: Failure): void => refusals.add(1, { 'error.type': code })
