import type { Constraints } from '@kitroom/database'
import { Failure } from '@kitroom/errors'

/** What the database's own refusals mean. The locks make them rare; the constraint is the last word. */
export const constraints: Constraints = {
  occupancy_once: () =>
    new Failure('unit-unavailable', 'A unit was taken at the same moment. Try again.', {
      facts: { conflicts: [] },
    }),
  occupancy_out_once: () =>
    new Failure('unit-unavailable', 'A unit was handed out to somebody else at the same moment. Try again.', {
      facts: { conflicts: [] },
    }),
  fine_paid_once: () =>
    new Failure('invalid-transition', 'A fine was paid at the same moment.', {
      facts: { status: 'PAID', possible_from: ['OPEN'] },
    }),
}
