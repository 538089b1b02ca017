import { randomUUID } from 'node:crypto'

import type { Person } from '../client.ts'
import { postUntilAnswered } from '../persistent-client.ts'

/** Who takes part, and where. */
export interface Cast {
  url: string
  admin: Person
  staff: Person
  student: Person
}

/** A request that can be sent, for everything it needs is there. */
export interface Ready {
  who: Person
  path: string
  body: object | string
}

/** A keyed operation. */
export interface Operation {
  ready: (cast: Cast) => Promise<Ready>
  /** The table of which it writes a row, in its service's schema. */
  table: string
  /** The events it makes, each once. */
  events: readonly string[]
}

export interface Made {
  id: string
  items: { id: string }[]
}

/** Posts what has to be there before, however long a breaker keeps it from that. @throws Error when it is refused */
export async function posted(url: string, who: Person, path: string, body: object = {}): Promise<Made> {
  const { status, text } = await postUntilAnswered(url, who, { path, key: randomUUID(), body })
  if (status >= 300) throw new Error(`could not post to ${path}: ${text}`)
  return JSON.parse(text) as Made
}

/** A resource with so many units. */
export const equipment = (units: number) => ({
  type: 'Light',
  name: 'Lamp',
  units: Array.from({ length: units }, () => ({ barcode: randomUUID() })),
})

/** Of auth. */
export const MEMBERS: Record<string, Operation> = {
  register: {
    ready: async ({ admin }) => {
      const email = `${randomUUID()}@kitroom.example`
      const body = { email, password: 'correct horse battery', full_name: 'Ada', roles: ['student'] }
      return { who: admin, path: '/auth/register', body }
    },
    table: 'app_user',
    events: ['User CREATE', 'UserRole CREATE'],
  },
}

/** Of inventory. */
export const INVENTORY: Record<string, Operation> = {
  createResource: {
    ready: async ({ staff }) => ({ who: staff, path: '/resources', body: equipment(1) }),
    table: 'resource',
    events: ['Resource CREATE', 'ResourceUnit CREATE'],
  },
  addUnit: {
    ready: async ({ url, staff }) => {
      const { id } = await posted(url, staff, '/resources', equipment(0))
      return { who: staff, path: `/resources/${id}/units`, body: { barcode: randomUUID() } }
    },
    table: 'resource_unit',
    events: ['Resource UPDATE', 'ResourceUnit CREATE'],
  },
  restoreUnit: {
    ready: async ({ url, staff }) => {
      const { id } = await posted(url, staff, '/resources', equipment(0))
      const unit = await posted(url, staff, `/resources/${id}/units`, { barcode: randomUUID() })
      await staff.send('DELETE', `/units/${unit.id}`)
      return { who: staff, path: `/units/${unit.id}/restore`, body: {} }
    },
    table: 'resource_unit',
    events: ['Resource UPDATE', 'ResourceUnit RESTORE'],
  },
  restoreResource: {
    ready: async ({ url, staff }) => {
      const { id } = await posted(url, staff, '/resources', equipment(1))
      await staff.send('DELETE', `/resources/${id}`)
      return { who: staff, path: `/resources/${id}/restore`, body: {} }
    },
    table: 'resource',
    events: ['Resource RESTORE', 'ResourceUnit RESTORE'],
  },
  createTag: {
    ready: async ({ staff }) => ({ who: staff, path: '/tags', body: { name: randomUUID() } }),
    table: 'tag',
    events: ['Tag CREATE'],
  },
  importResources: {
    ready: async ({ staff }) => ({
      who: staff,
      path: '/imports/resources?name=Name&barcode=Code',
      body: `Name,Code\n${randomUUID()},${randomUUID()}\n`,
    }),
    table: 'resource',
    events: ['Resource CREATE', 'ResourceUnit CREATE'],
  },
}
