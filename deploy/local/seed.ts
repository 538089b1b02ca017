import { createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { apiClient } from './demo/api-client.ts'
import type { DemoUniversity } from './demo/demo-university.ts'
import { falkenberg } from './demo/falkenberg.ts'
import { foundUniversity } from './demo/found-university.ts'
import { northfield } from './demo/northfield.ts'

const { KITROOM_URL, KITROOM_BOOTSTRAP_TOKEN, DATA_DIR } = z
  .object({ KITROOM_URL: z.string(), KITROOM_BOOTSTRAP_TOKEN: z.string(), DATA_DIR: z.string() })
  .parse(process.env)

// One password per installation, the same when an interrupted seed is run again.
const password = createHmac('sha256', KITROOM_BOOTSTRAP_TOKEN)
  .update('demo logins')
  .digest('base64url')
  .slice(0, 14)

const logins = ({ name, people }: DemoUniversity) =>
  people.map(({ role, email }) => ({ organization: name, role, email, password }))

const api = apiClient(KITROOM_URL)
for (const university of [falkenberg, northfield]) {
  await foundUniversity(university, { api, bootstrapToken: KITROOM_BOOTSTRAP_TOKEN, password })
}
await writeFile(
  join(DATA_DIR, 'demo-logins.json'),
  `${JSON.stringify([...logins(falkenberg), ...logins(northfield)], null, 2)}\n`,
  { mode: 0o600 },
)
