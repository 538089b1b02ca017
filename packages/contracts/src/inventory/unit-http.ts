import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { BooleanParameter, repeatable } from '../primitives/parameter.ts'
import { Barcode, NewUnit, ResourceUnit, UnitChange, UnitStatus } from './unit.ts'

const params = z.strictObject({ id: Id })
const include_deleted = BooleanParameter.optional().describe('Deleted ones too; only for staff.')

export const listUnits = endpoint({
  name: 'listUnits',
  service: 'inventory',
  method: 'GET',
  path: '/resources/{id}/units',
  access: 'student',
  summary: 'List the units of a resource',
  params,
  query: listQuery({
    filters: { status: repeatable(UnitStatus).optional(), include_deleted },
    sortable: ['barcode', 'created_at'],
    defaultSort: 'barcode',
  }),
  replies: { 200: pageOf(ResourceUnit) },
  failures: ['forbidden', 'not-found'],
})

export const addUnit = endpoint({
  name: 'addUnit',
  service: 'inventory',
  method: 'POST',
  path: '/resources/{id}/units',
  access: 'staff',
  summary: 'Add a unit to a resource',
  params,
  body: NewUnit,
  idempotency: 'accepted',
  replies: { 201: ResourceUnit },
  failures: ['not-found', 'already-exists'],
})

export const findUnits = endpoint({
  name: 'findUnits',
  service: 'inventory',
  method: 'GET',
  path: '/units',
  access: 'staff',
  summary: 'Find the unit with a barcode',
  description: 'What a scanner at the desk asks. The list has one entry, or none.',
  query: listQuery({
    filters: { barcode: Barcode, include_deleted },
    sortable: ['barcode', 'created_at'],
    defaultSort: 'barcode',
  }),
  replies: { 200: pageOf(ResourceUnit) },
})

export const getUnit = endpoint({
  name: 'getUnit',
  service: 'inventory',
  method: 'GET',
  path: '/units/{id}',
  access: 'student',
  summary: 'Get a unit',
  params,
  query: z.strictObject({ include_deleted }),
  replies: { 200: ResourceUnit },
  failures: ['forbidden', 'not-found'],
})

export const changeUnit = endpoint({
  name: 'changeUnit',
  service: 'inventory',
  method: 'PATCH',
  path: '/units/{id}',
  access: 'staff',
  summary: 'Change a unit',
  description:
    'A unit that is no longer AVAILABLE cannot be booked; bookings it was meant for are moved to another unit where there is one.',
  params,
  body: UnitChange,
  ifMatch: 'required',
  replies: { 200: ResourceUnit },
  failures: ['not-found', 'already-exists'],
})

export const deleteUnit = endpoint({
  name: 'deleteUnit',
  service: 'inventory',
  method: 'DELETE',
  path: '/units/{id}',
  access: 'staff',
  summary: 'Delete a unit, so that it can no longer be booked',
  description: 'It can be restored.',
  params,
  ifMatch: 'honoured',
  replies: { 204: null },
  failures: ['not-found'],
})

export const restoreUnit = endpoint({
  name: 'restoreUnit',
  service: 'inventory',
  method: 'POST',
  path: '/units/{id}/restore',
  access: 'staff',
  summary: 'Restore a deleted unit',
  params,
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: ResourceUnit },
  failures: ['not-found', 'already-exists', 'invalid-transition', 'resource-withdrawn'],
})
