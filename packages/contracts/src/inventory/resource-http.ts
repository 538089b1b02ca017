import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { Instant } from '../primitives/instant.ts'
import { BooleanParameter, repeatable } from '../primitives/parameter.ts'
import { interval } from '../primitives/period.ts'
import { text } from '../primitives/text.ts'
import { ImportMapping, ImportReport } from './import.ts'
import { NewResource, Resource, ResourceChange, ResourceStatus, ResourceType } from './resource.ts'
import { TagName } from './tag.ts'

const params = z.strictObject({ id: Id })
const include_deleted = BooleanParameter.optional().describe('Deleted ones too; only for staff.')

export const listResources = endpoint({
  name: 'listResources',
  service: 'inventory',
  method: 'GET',
  path: '/resources',
  access: 'student',
  summary: 'List and search resources',
  query: listQuery({
    filters: {
      type: ResourceType.optional(),
      status: ResourceStatus.optional(),
      tag: repeatable(TagName).optional().describe('Name of a tag; of several, all must match.'),
      q: text(200).optional().describe('Part of the name, description, serial number or a barcode.'),
      created_from: Instant.optional(),
      created_to: Instant.optional().describe('Created before this instant.'),
      include_deleted,
    },
    sortable: ['name', 'created_at', 'type', 'status'],
    defaultSort: 'name',
  }).superRefine(interval('created_from', 'created_to')),
  replies: { 200: pageOf(Resource) },
  failures: ['forbidden'],
})

export const createResource = endpoint({
  name: 'createResource',
  service: 'inventory',
  method: 'POST',
  path: '/resources',
  access: 'staff',
  summary: 'Add a resource, with its tags and units',
  description: 'Tags that do not exist yet are made. Either everything is stored or nothing.',
  body: NewResource,
  idempotency: 'accepted',
  replies: { 201: Resource },
  failures: ['already-exists'],
})

export const getResource = endpoint({
  name: 'getResource',
  service: 'inventory',
  method: 'GET',
  path: '/resources/{id}',
  access: 'student',
  summary: 'Get a resource with its tags and unit counts',
  params,
  query: z.strictObject({ include_deleted }),
  replies: { 200: Resource },
  failures: ['forbidden', 'not-found'],
})

export const changeResource = endpoint({
  name: 'changeResource',
  service: 'inventory',
  method: 'PATCH',
  path: '/resources/{id}',
  access: 'staff',
  summary: 'Change a resource',
  description: 'Only an AVAILABLE resource can be booked. What is already lent comes back as planned.',
  params,
  body: ResourceChange,
  ifMatch: 'required',
  replies: { 200: Resource },
  failures: ['not-found'],
})

export const deleteResource = endpoint({
  name: 'deleteResource',
  service: 'inventory',
  method: 'DELETE',
  path: '/resources/{id}',
  access: 'staff',
  summary: 'Delete a resource, so that it can no longer be booked',
  description: 'It can be restored.',
  params,
  ifMatch: 'honoured',
  replies: { 204: null },
  failures: ['not-found'],
})

export const restoreResource = endpoint({
  name: 'restoreResource',
  service: 'inventory',
  method: 'POST',
  path: '/resources/{id}/restore',
  access: 'staff',
  summary: 'Restore a deleted resource',
  params,
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: Resource },
  failures: ['not-found', 'already-exists', 'invalid-transition'],
})

export const importResources = endpoint({
  name: 'importResources',
  service: 'inventory',
  method: 'POST',
  path: '/imports/resources',
  takesLong: true,
  access: 'staff',
  summary: 'Import resources and units from CSV',
  description:
    'RFC 4180 in UTF-8 with a title line, at most 10 MiB. Rows with the same name and type become units of one resource; a barcode that is there already is left alone, so a second run changes nothing. One bad row refuses the whole file: `errors` names every bad `line`.',
  query: ImportMapping,
  consumes: 'text/csv',
  idempotency: 'accepted',
  replies: { 200: ImportReport },
})
