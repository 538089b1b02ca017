import type { ResourceState } from './facts.ts'
import type { UnitCondition } from './status.ts'

/** One good row of an imported file. */
export interface ImportRow {
  name: string
  type: string
  barcode: string
  description: string | null
  serialNumber: string | null
  tag: string | null
  condition: UnitCondition
}

export type NewUnitRow = Pick<ImportRow, 'barcode' | 'serialNumber' | 'condition'>

/** A resource that is to be made, with its units. */
export interface PlannedResource {
  name: string
  type: string
  description: string | null
  serialNumber: string | null
  tags: string[]
  units: NewUnitRow[]
}

/** A resource that is there and gets more units. */
export interface GrowingResource {
  resource: ResourceState
  tags: string[]
  units: NewUnitRow[]
}

export interface ImportPlan {
  made: PlannedResource[]
  growing: GrowingResource[]
}

/**
 * Sorts rows whose barcodes are new into resources: rows with the same name and type become units of one. A resource
 * that is there keeps what it says of itself and only gains units and tags.
 * @param there resources to grow; of several with the same name and type the first counts
 */
export function planImport(rows: readonly ImportRow[], there: readonly ResourceState[]): ImportPlan {
  const known = new Map(there.toReversed().map((resource) => [kindOf(resource), resource]))
  const plan: ImportPlan = { made: [], growing: [] }
  for (const [kind, ofKind] of Map.groupBy(rows, kindOf)) {
    const [first] = ofKind
    const resource = known.get(kind)
    const tags = [...new Set(ofKind.flatMap(({ tag }) => tag ?? []))]
    if (resource !== undefined) plan.growing.push({ resource, tags, units: ofKind })
    else if (first !== undefined) {
      plan.made.push({
        name: first.name,
        type: first.type,
        description: ofKind.find(({ description }) => description !== null)?.description ?? null,
        serialNumber: ofKind.every((row) => row.serialNumber === first.serialNumber)
          ? first.serialNumber
          : null,
        tags,
        units: ofKind,
      })
    }
  }
  return plan
}

const kindOf = ({ name, type }: { name: string; type: string }): string => JSON.stringify([name, type])
