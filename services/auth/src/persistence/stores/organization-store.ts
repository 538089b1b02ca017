import { Policy } from '@kitroom/contracts'
import type { Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import { Organization } from '../../domain/organization.ts'
import { organizationFacts } from '../../domain/organization-facts.ts'
import type { Organizations } from '../../use-cases/ports.ts'

/** The organisation of a transaction, its policy completed by the defaults of what was never set. */
export const organizationStore = ({ em, changes }: Transaction, orgId: string): Organizations => ({
  async forChange() {
    const found = await em.findOne(Organization, { id: orgId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    if (found === null) return undefined
    found.policy = Policy.parse(found.policy)
    changes.watch('Organization', found, organizationFacts)
    return found
  },
  async add(organization) {
    em.persist(organization)
    changes.added('Organization', organization, organizationFacts)
    // The mappings know of no relations, so what others refer to is written first.
    await em.flush()
  },
})
