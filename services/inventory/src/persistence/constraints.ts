import type { Constraints } from '@kitroom/database'
import { Failure } from '@kitroom/errors'

/** What the loser of a race hears; everybody else is told before by the use case. */
export const constraints: Constraints = {
  resource_unit_barcode: () =>
    new Failure('already-exists', 'Another unit of this organisation carries this barcode.'),
  tag_name: () =>
    new Failure('already-exists', 'There is a tag with this name in this organisation already.'),
}
