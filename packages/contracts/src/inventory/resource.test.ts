import { describe, expect, it } from '@jest/globals'
import type { z } from 'zod'

import { ImportMapping } from './import.ts'
import { NewResource, ResourceChange } from './resource.ts'

const resource = { type: 'Mikrofone', name: 'Neumann U87' }

const places = (schema: z.ZodType, body: unknown) =>
  schema.safeParse(body).error?.issues.map(({ path }) => path.join('/'))

describe('a new resource', () => {
  it('is available, with units in good order, unless it says otherwise', () => {
    expect(NewResource.parse({ ...resource, units: [{ barcode: 'AVZ1' }] })).toEqual({
      ...resource,
      description: null,
      serial_number: null,
      status: 'AVAILABLE',
      tags: [],
      units: [{ barcode: 'AVZ1', serial_number: null, condition: 'GOOD', status: 'AVAILABLE' }],
    })
  })

  it('names a tag and a barcode once, however their letters were composed', () => {
    expect(places(NewResource, { ...resource, tags: ['Gen\u00e8ve', 'Gene\u0300ve'] })).toEqual(['tags/1'])
    expect(places(NewResource, { ...resource, units: [{ barcode: 'A' }, { barcode: 'A' }] })).toEqual([
      'units/1/barcode',
    ])
  })

  it('has a status that exists and no field of its own making', () => {
    expect(places(NewResource, { ...resource, status: 'available' })).toEqual(['status'])
    expect(places(NewResource, { ...resource, status: 'LOST' })).toEqual(['status'])
    expect(places(NewResource, { ...resource, org_id: 'x' })).toEqual([''])
  })
})

describe('a change of a resource', () => {
  it('changes what it names and nothing else', () => {
    expect(ResourceChange.parse({ description: null })).toEqual({ description: null })
    expect(ResourceChange.parse({ tags: [] })).toEqual({ tags: [] })
    expect(places(ResourceChange, {})).toEqual([''])
    expect(places(ResourceChange, { units: [] })).toEqual([''])
  })
})

describe('the mapping of an import', () => {
  it('reads the columns of the real inventory', () => {
    const sent = { name: 'Bezeichnung:', barcode: 'Invent.Nr.', serial_number: 'Serien-Nr.', delimiter: ';' }
    expect(ImportMapping.parse(sent)).toEqual(sent)
  })

  it('needs name and barcode and separates by commas', () => {
    expect(ImportMapping.parse({ name: 'a', barcode: 'b' }).delimiter).toBe(',')
    expect(places(ImportMapping, { name: 'a' })).toEqual(['barcode'])
  })

  it.each([['"'], [''], [';;'], ['\n'], ['é'], ['📷']])('cannot separate by %j', (delimiter) => {
    expect(places(ImportMapping, { name: 'a', barcode: 'b', delimiter })).toEqual(['delimiter'])
  })
})
