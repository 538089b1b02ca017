import type { Call, Fine, Page, Payment } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { isStaff, requireOwnOrStaff } from '../access.ts'
import type { FineFilters, FineReads } from '../ports.ts'

const debtorOf = ({ user_id }: { user_id: string }): string => user_id

/** Lists fines: students see their own, staff all. @throws Failure forbidden when a student asks for another's */
export const listFines =
  ({ list }: Pick<FineReads, 'list'>) =>
  async (call: Call, filters: FineFilters): Promise<Page<Fine>> => {
    const user = filters.user === 'me' ? call.userId : filters.user
    if (isStaff(call)) return list(call.orgId, { ...filters, user })
    if (user !== undefined && user !== call.userId) {
      throw new Failure(
        'forbidden',
        'Only staff may list the fines of others; leave `user` out or write `me`.',
      )
    }
    return list(call.orgId, { ...filters, user: call.userId })
  }

/** Shows one fine to whoever owes it and to staff. @throws Failure not-found, forbidden */
export const showFine =
  ({ one }: Pick<FineReads, 'one'>) =>
  async (call: Call, id: string): Promise<Fine> =>
    requireOwnOrStaff(call, 'fine', await one(call.orgId, id), debtorOf)

/** Shows the receipt of a payment to whose fines it covered and to staff. @throws Failure not-found, forbidden */
export const showPayment =
  ({ payment }: Pick<FineReads, 'payment'>) =>
  async (call: Call, id: string): Promise<Payment> =>
    requireOwnOrStaff(call, 'payment', await payment(call.orgId, id), debtorOf)
