import { randomUUID } from 'node:crypto'

import { enrol, foundOrganization, until } from '../../e2e/client.ts'

// Acts as a client of a system that runs in containers: act.ts URL BOOTSTRAP_TOKEN.
const [url = '', token = ''] = process.argv.slice(2)

const HOUR = 3_600_000
const NEXT_FULL_HOUR = Math.ceil(Date.now() / HOUR) * HOUR
const at = (hours: number) => new Date(NEXT_FULL_HOUR + hours * HOUR).toISOString()

function expectStatus(what: string, status: number, wanted: number, body: unknown): void {
  if (status !== wanted) throw new Error(`${what}: ${status} instead of ${wanted}: ${JSON.stringify(body)}`)
  console.log(`✓ ${what}: ${status}`)
}

const health = await until(
  () =>
    fetch(`${url}/health/ready`).then(
      ({ status }) => status,
      () => 0,
    ),
  (status) => status === 200,
  180_000,
)
expectStatus('the gateway and all services are ready', health, 200, undefined)

const admin = await foundOrganization(url, token, `Containers ${randomUUID()}`)
const [staff, ann, bob] = await Promise.all([
  enrol(url, admin, 'staff'),
  enrol(url, admin, 'student'),
  enrol(url, admin, 'student'),
])
console.log('✓ an organisation is founded, its people sign in')

const made = await staff.send('POST', '/resources', {
  body: { type: 'Audio', name: 'Neumann U 87', units: [{ barcode: randomUUID() }] },
})
expectStatus('a microphone is there', made.status, 201, made.body)
const body = {
  start_at: at(2),
  end_at: at(5),
  items: [{ resource_id: (made.body as unknown as { id: string }).id, quantity: 1 }],
}
const first = await ann.send('POST', '/bookings', { key: randomUUID(), body })
expectStatus('Ann books it', first.status, 201, first.body)
const second = await bob.send('POST', '/bookings', { key: randomUUID(), body })
expectStatus('Bob cannot have it too', second.status, 409, second.body)

const id = (first.body as unknown as { id: string }).id
const trail = await until(
  () => staff.send('GET', `/audit?entity_id=${id}`),
  (answer) => (answer.body as unknown as { data: unknown[] }).data.length === 1,
  30_000,
)
expectStatus('the audit has heard of it over NATS', trail.status, 200, trail.body)
const verified = await admin.send('GET', '/audit/verify')
if (!(verified.body as unknown as { verified: boolean }).verified)
  throw new Error(JSON.stringify(verified.body))
expectStatus('the audit’s chain is whole', verified.status, 200, verified.body)
