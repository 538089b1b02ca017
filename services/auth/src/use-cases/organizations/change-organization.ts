import { type Call, type ExpectedVersion, type OrganizationChange, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Ports } from '../ports.ts'

/** Changes the organisation of the call. */
export const changeOrganization =
  ({ inTransaction }: Ports) =>
  (call: Call, change: OrganizationChange, expected: ExpectedVersion | undefined) =>
    inTransaction(call, async ({ organizations, now }) => {
      const organization = await organizations.forChange()
      if (organization === undefined) throw notFound('organisation')
      requireVersion(expected, organization.version)
      organization.change(change, now)
      return organization
    })
