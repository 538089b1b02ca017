import type { Call, ImportReport } from '@kitroom/contracts'

import { type ImportRow, planImport } from '../domain/import-plan.ts'
import type { InTransaction } from './ports.ts'

/** Adds what a file has and the inventory has not; a barcode that is there is left alone with all its row says. */
export const importResources =
  (inTransaction: InTransaction) =>
  (call: Call, rows: readonly ImportRow[]): Promise<ImportReport> =>
    inTransaction(call, async ({ imports }) => {
      await imports.takeTurns()
      const there = await imports.barcodesThere(rows.map(({ barcode }) => barcode))
      const fresh = rows.filter(({ barcode }) => !there.has(barcode))
      const plan = planImport(fresh, await imports.resourcesThere(fresh))
      await imports.carryOut(plan)
      return {
        rows: rows.length,
        resources_created: plan.made.length,
        units_created: fresh.length,
        units_unchanged: rows.length - fresh.length,
      }
    })
