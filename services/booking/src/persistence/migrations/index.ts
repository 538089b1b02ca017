import { bookings } from './20261121000000_bookings.ts'
import { fines } from './20261121010000_fines.ts'
import { messages } from './20261121020000_messages.ts'
import { deskAndHolds } from './20261121030000_desk_and_holds.ts'
import { waitlist } from './20261121050000_waitlist.ts'
import { lateAndDemand } from './20261121070000_late_and_demand.ts'
import { desk } from './20261121080000_desk.ts'
import { settledSupply } from './20261129000000_settled_supply.ts'
import { borrowerIndexes } from './20261129010000_borrower_indexes.ts'
import { listIndexes } from './20261130000000_list_indexes.ts'
import { unitsOfResource } from './20261130010000_units_of_resource.ts'

/** All of them, in order. What has landed never changes. */
export const migrations = [
  bookings,
  fines,
  messages,
  deskAndHolds,
  waitlist,
  lateAndDemand,
  desk,
  settledSupply,
  borrowerIndexes,
  listIndexes,
  unitsOfResource,
]
