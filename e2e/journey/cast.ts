import type { Actor, Operations } from './operations.ts'

export interface Versioned {
  id: string
  version: number
}
export interface Booking extends Versioned {
  status: string
  items: { id: string; resource_unit_id: string }[]
}

export interface People {
  admin: Actor
  staff: Actor
  student: Actor
  studentId: string
}

/** Makes a resource with so many units. */
export async function equip(
  go: Operations,
  as: Actor,
  name: string,
  units: number,
): Promise<{ id: string; units: string[] }> {
  const barcodes = Array.from({ length: units }, (_, unit) => ({ barcode: `${name} ${unit}` }))
  const { id } = await go.perform('createResource', {
    as,
    body: { type: 'Set', name, units: barcodes },
  })
  const { data } = await go.perform<{ data: { id: string }[] }>('listUnits', { as, id })
  return { id, units: data.map((unit) => unit.id) }
}
