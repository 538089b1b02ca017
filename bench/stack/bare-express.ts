// The least that could answer `GET /resources/{id}`: Express, a pool, one query. What services are compared with.
import type { AddressInfo } from 'node:net'

import express from 'express'
import { Pool } from 'pg'

const { DATABASE_URL, ORG_ID } = process.env
// Set for the whole session: row level security would show nothing otherwise.
const pool = new Pool({ connectionString: DATABASE_URL, max: 10, options: `-c app.org_id=${ORG_ID ?? ''}` })
const app = express()
app.get('/resources/:id', async (request, response) => {
  const { rows } = await pool.query('select * from inventory.resource where org_id = $1 and id = $2', [
    ORG_ID,
    request.params.id,
  ])
  response.json(rows[0])
})
const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port)
})
