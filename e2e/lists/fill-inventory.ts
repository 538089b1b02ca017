import type { Client } from 'pg'

import { type Filling, idOf, insert, LARGE, madeAt, orgOf } from './rows.ts'

const TYPE = `(array['Camera', 'Lens', 'Tripod', 'Microphone', 'Light', 'Computer', 'Recorder', 'Cable', 'Monitor', 'Other'])[1 + n / 100 % 10]`
const MAKER = `(array['Canon', 'Nikon', 'Sony', 'Rode', 'Shure', 'Arri', 'Dell'])[1 + n / 100 % 7]`
const DELETED = `case when n / 100 % 20 = 19 then now() end`

/** Resources of one unit each. Every second one has its organisation's first tag, the others have one of seven. */
export async function fillInventory(client: Client, filling: Filling): Promise<void> {
  const { rows } = filling
  const made = { created_at: madeAt(filling), updated_at: madeAt(filling) }
  const write = (table: string, columns: Record<string, string>) => insert(client, table, columns, { rows })
  await write('resource', {
    org_id: orgOf(filling),
    id: idOf('01'),
    type: TYPE,
    name: `${MAKER} || ' ' || n`,
    description: `case when n / 100 % 3 = 0 then 'Bought together with number ' || n / 10 end`,
    serial_number: `'SN-' || n::bigint * 7919 % 1000003`,
    status: `case when n / 100 % 16 = 5 then 'MAINTENANCE' when n / 100 % 50 = 8 then 'DISABLED' else 'AVAILABLE' end`,
    units_total: '1',
    units_available: `case when n / 100 % 12 = 2 then 0 else 1 end`,
    unit_text: `'unit-' || n`,
    ...made,
    deleted_at: DELETED,
  })
  await write('resource_unit', {
    org_id: orgOf(filling),
    id: idOf('02'),
    // A hundred units of one resource, and one of most others.
    resource_id: `case when n / 100 < 100 then ${idOf('01', 'n % 100')} else ${idOf('01')} end`,
    barcode: `'unit-' || n`,
    condition: `'GOOD'`,
    status: `case when n / 100 % 12 = 2 then 'LOST' when n / 100 % 30 = 4 then 'RETIRED' else 'AVAILABLE' end`,
    ...made,
    deleted_at: DELETED,
  })
  await write('tag', { org_id: orgOf(filling), id: idOf('03'), name: `'tag ' || n`, ...made })
  await write('resource_tag', {
    org_id: orgOf(filling),
    resource_id: idOf('01'),
    tag_id: idOf(
      '03',
      `case when n / 100 % 2 = 1 then n % 100 + 100 * (n / 100 % 7) when n % 100 < ${LARGE} then 0 else n % 100 end`,
    ),
  })
}
