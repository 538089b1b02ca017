import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Measure } from '../measure.ts'
import type { Bench } from '../stack/bench.ts'
import { interleaved } from '../statistics.ts'

const REAL = join(import.meta.dirname, '../../../shared/data/zhdk-av-inventory.csv')
const REAL_COLUMNS = new URLSearchParams({
  name: 'Bezeichnung:',
  type: 'Kategorie:',
  barcode: 'Invent.Nr.',
  serial_number: 'Serien-Nr.',
  tag: 'Owner:',
  delimiter: ';',
})
const REAL_ROWS = 1_102
const SYNTHETIC_ROWS = 100_000
const COLUMNS = new URLSearchParams({ name: 'name', type: 'type', barcode: 'code', tag: 'owner' })
const ROUNDS = 5

/** An inventory from a file: a real one, and one a hundred times as large. */
export const importing: Measure = {
  name: 'import',
  async run(bench, say) {
    const synthetic = syntheticInventory()
    if (!existsSync(REAL)) {
      say('../shared/data is not here: the real inventory is not imported')
      return []
    }
    const real = readFileSync(REAL)
    const seconds = await interleaved(ROUNDS, {
      real: () => secondsOf(bench, REAL_COLUMNS, real),
      synthetic: async (round) => {
        const took = await secondsOf(bench, COLUMNS, synthetic)
        say(`round ${round + 1}: ${SYNTHETIC_ROWS} rows in ${took.toFixed(1)} s`)
        return took
      },
    })
    const rates = {
      real_rows_per_second: REAL_ROWS / seconds.real,
      synthetic_rows_per_second: SYNTHETIC_ROWS / seconds.synthetic,
    }
    return [
      {
        name: `import of the ${REAL_ROWS} rows of a real inventory`,
        value: seconds.real,
        unit: 's',
        goal: { atMost: 3 },
        parts: rates,
      },
      {
        name: `rows a second of ${SYNTHETIC_ROWS} synthetic rows ÷ of the real ones`,
        value: rates.synthetic_rows_per_second / rates.real_rows_per_second,
        unit: 'ratio',
        goal: { atLeast: 1 },
        parts: { ...rates, synthetic_s: seconds.synthetic },
      },
    ]
  },
}

/** As many units of each kind as the real file has. */
function syntheticInventory(): Buffer {
  const rows = Array.from(
    { length: SYNTHETIC_ROWS },
    (_, row) => `Kind ${row % 13_000},Type ${row % 40},code ${row},Owner ${row % 12}`,
  )
  return Buffer.from(['name,type,code,owner', ...rows].join('\n'))
}

async function secondsOf(bench: Bench, columns: URLSearchParams, file: Buffer): Promise<number> {
  const { admin } = await bench.organization(0)
  const { status, text, ms } = await bench.gateway.send({
    method: 'POST',
    path: `/imports/resources?${columns.toString()}`,
    headers: { ...admin.headers, 'Content-Type': 'text/csv; charset=utf-8' },
    body: file,
  })
  if (status !== 200) throw new Error(`the import answered ${status}: ${text.slice(0, 500)}`)
  return ms / 1_000
}
