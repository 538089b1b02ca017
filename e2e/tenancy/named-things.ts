import type { Things } from '../samples.ts'

/** Where a request names a thing, and of which kind. */
type Named = Readonly<Record<string, keyof Things>>

const items: Named = { '/items/resource_id': 'resources', '/items/resource_unit_id': 'units' }
const lent: Named = { '/items/resource_unit_id': 'units' }

/** Of every id in a body or query of the contract what it names: one that is not here fails the test. */
export const NAMED: Readonly<Record<string, Named>> = {
  createBooking: { ...items, '/on_behalf_of': 'users' },
  joinWaitlist: { ...items, '/on_behalf_of': 'users' },
  lendWalkIn: { ...items, '/on_behalf_of': 'users' },
  changeBooking: items,
  makeOffer: items,
  checkOutBooking: lent,
  returnBooking: lent,
  scanUnit: { '/resource_unit_id': 'units' },
  swapItem: { '/resource_unit_id': 'units' },
  createFine: { '/user_id': 'borrowers', '/booking_id': 'bookings' },
  payFines: { '/fine_ids': 'fines' },
  listBookings: { '?requester': 'borrowers', '?resource_unit_id': 'units' },
  listFines: { '?user': 'borrowers', '?booking_id': 'bookings' },
  listAuditEvents: { '?entity_id': 'bookings', '?actor': 'borrowers' },
  listWaitlist: { '?resource_id': 'resources' },
  reportDemand: { '?resource_id': 'resources' },
  reportUtilization: { '?resource_id': 'resources' },
}
