import type { Organization } from './organization.ts'

/** An organisation as clients and the audit see it. */
export const organizationFacts = (organization: Organization) => ({
  id: organization.id,
  name: organization.name,
  timezone: organization.timezone,
  currency: organization.currency,
  policy: organization.policy,
  version: organization.version,
  created_at: organization.createdAt.toISOString(),
})
