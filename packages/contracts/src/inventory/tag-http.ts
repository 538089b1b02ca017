import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { text } from '../primitives/text.ts'
import { NewTag, Tag, TagChange } from './tag.ts'

const params = z.strictObject({ id: Id })

export const listTags = endpoint({
  name: 'listTags',
  service: 'inventory',
  method: 'GET',
  path: '/tags',
  access: 'student',
  summary: 'List the tags',
  query: listQuery({
    filters: { q: text(200).optional().describe('Part of the name.') },
    sortable: ['name', 'created_at'],
    defaultSort: 'name',
  }),
  replies: { 200: pageOf(Tag) },
})

export const createTag = endpoint({
  name: 'createTag',
  service: 'inventory',
  method: 'POST',
  path: '/tags',
  access: 'staff',
  summary: 'Add a tag',
  body: NewTag,
  idempotency: 'accepted',
  replies: { 201: Tag },
  failures: ['already-exists'],
})

export const getTag = endpoint({
  name: 'getTag',
  service: 'inventory',
  method: 'GET',
  path: '/tags/{id}',
  access: 'student',
  summary: 'Get a tag',
  params,
  replies: { 200: Tag },
  failures: ['not-found'],
})

export const changeTag = endpoint({
  name: 'changeTag',
  service: 'inventory',
  method: 'PATCH',
  path: '/tags/{id}',
  access: 'staff',
  summary: 'Rename a tag',
  description: 'Every resource that has it shows the new name.',
  params,
  body: TagChange,
  ifMatch: 'honoured',
  replies: { 200: Tag },
  failures: ['not-found', 'already-exists'],
})

export const deleteTag = endpoint({
  name: 'deleteTag',
  service: 'inventory',
  method: 'DELETE',
  path: '/tags/{id}',
  access: 'staff',
  summary: 'Delete a tag, also from the resources that have it',
  params,
  ifMatch: 'honoured',
  replies: { 204: null },
  failures: ['not-found'],
})
