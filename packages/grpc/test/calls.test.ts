import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { presentDeadline, withinDeadline } from '@kitroom/deadline'
import { Failure, type FailureCode, FAILURES } from '@kitroom/errors'

import type { Implementation, RpcCall } from '../src/index.ts'
import { client, inventoryServer, signers } from './world.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

async function inventory(
  implementation: Partial<Implementation<'Inventory'>>,
  options: Parameters<typeof client>[2] = {},
) {
  const server = await inventoryServer(implementation)
  const units = client('Inventory', server.address, { timeoutMs: 20_000, ...options })
  open.push(server, units)
  return { server, units }
}

const unit = {
  id: 'unit-1',
  resource_id: 'resource-1',
  barcode: 'CAM-001',
  status: 'AVAILABLE',
  lendable: true,
  resource_name: 'Kamera «Größe 5»',
  resource_type: 'camera',
}
/** What a call may be on its way on a busy machine. */
const WAY_MS = 1_000
const question = { org_id: 'org-1', unit_ids: ['unit-1', 'unit-2'] }
const answerAfter = (ms: number) => async () => {
  await sleep(ms, undefined, { ref: false })
  return { units: [] }
}

describe('a call', () => {
  it('carries request and answer as they are', async () => {
    let asked: unknown
    const { units } = await inventory({
      batchGetUnits: async (request) => {
        asked = request
        return { units: [unit] }
      },
    })
    expect(await units.batchGetUnits(question)).toEqual({ units: [unit] })
    expect(asked).toEqual(question)
  })

  it('tells the server who asks for whom, the request id and the time that is left', async () => {
    let call: RpcCall | undefined
    const { units } = await inventory({
      batchGetUnits: async (_request, received) => {
        call = received
        return { units: [] }
      },
    })
    const statement = { member: { orgId: 'org-1', roles: ['staff' as const] } }
    const begin = performance.now()
    await units.batchGetUnits(question, { statement, requestId: 'request-1', deadline: begin + 5_000 })
    expect(call?.statement).toEqual({ issuer: 'booking', ...statement })
    expect(call?.requestId).toBe('request-1')
    expect(call?.deadline).toBeGreaterThan(begin + 3_000)
    expect(call?.deadline).toBeLessThanOrEqual(begin + 5_000 + WAY_MS)
  })

  it.each(Object.keys(FAILURES) as FailureCode[])(
    'throws the failure %s as the server threw it',
    async (code) => {
      const failure = new Failure(code, 'Größe 5 is out: “no” — 100 %.', {
        errors: [{ pointer: '/unit_ids/0', detail: 'is no id' }],
        facts: { conflicts: ['unit-1'] },
        retryAfterSeconds: 7,
      })
      let calls = 0
      const { units } = await inventory({
        batchGetUnits: () => {
          calls += 1
          return Promise.reject(failure)
        },
      })
      const thrown: unknown = await units.batchGetUnits(question).catch((error: unknown) => error)
      expect(thrown).toBeInstanceOf(Failure)
      const { message, kind, errors, facts, retryAfterSeconds } = failure
      expect(thrown).toMatchObject({ code, kind, message, errors, facts, retryAfterSeconds })
      expect(calls).toBe(1)
    },
  )

  it('hides a bug from the caller and logs it', async () => {
    const { units, server } = await inventory({
      batchGetUnits: () => Promise.reject(new Error('password=MARKER')),
    })
    const thrown = await units.batchGetUnits(question).catch((error: unknown) => error)
    expect(thrown).not.toBeInstanceOf(Failure)
    expect(String(thrown)).toContain('INTERNAL')
    expect(String(thrown)).not.toContain('MARKER')
    expect(server.lines).toEqual([
      [
        'error',
        expect.objectContaining({ method: '/kitroom.inventory.v1.Inventory/BatchGetUnits' }),
        'a call failed',
      ],
    ])
  })

  it('cannot be had, and is no refusal of the user, when the service is not believed', async () => {
    const { units, server } = await inventory({}, { statements: signers.gateway })
    await expect(units.batchGetUnits(question)).rejects.toMatchObject({ code: 'dependency-unavailable' })
    expect(server.lines).toEqual([['warn', expect.anything(), 'a call without a valid statement']])
  })

  it('ends at the deadline, and the handler hears of it', async () => {
    const heard = Promise.withResolvers<void>()
    const { units } = await inventory(
      {
        batchGetUnits: async (_request, { signal }) => {
          signal.addEventListener('abort', () => heard.resolve())
          return answerAfter(20_000)()
        },
      },
      { timeoutMs: 200 },
    )
    const begin = performance.now()
    await expect(units.batchGetUnits(question)).rejects.toMatchObject({
      code: 'dependency-unavailable',
      retryAfterSeconds: 1,
    })
    expect(performance.now() - begin).toBeLessThan(15_000)
    await heard.promise
  })

  it('ends when the caller gives up', async () => {
    const { units } = await inventory({ batchGetUnits: answerAfter(2_000) })
    const giveUp = new AbortController()
    const call = units.batchGetUnits(question, { signal: giveUp.signal })
    giveUp.abort()
    await expect(call).rejects.toMatchObject({ code: 'dependency-unavailable' })
    await expect(units.batchGetUnits(question, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'dependency-unavailable',
    })
  })

  it('takes no longer than whoever it is made for waits, and hands that on (DOS-9)', async () => {
    const heard = Promise.withResolvers<{ given: number; over: unknown }>()
    const { units } = await inventory({
      batchGetUnits: async (_request, { deadline, signal }) => {
        signal.addEventListener('abort', () => {
          heard.resolve({ given: deadline, over: signal.reason })
        })
        return answerAfter(20_000)()
      },
    })
    const gone = new AbortController()
    const at = performance.now() + 5_000
    const call = withinDeadline({ at, signal: gone.signal }, () => units.batchGetUnits(question))
    setTimeout(() => gone.abort(), 300)
    await expect(call).rejects.toMatchObject({ code: 'dependency-unavailable' })
    const { given, over } = await heard.promise
    expect(given).toBeLessThanOrEqual(at + WAY_MS)
    expect(over).toMatchObject({ code: 'dependency-unavailable' })
  })

  it('hands on what its handler does for it the time that is left', async () => {
    let inner: number | undefined
    const { units } = await inventory({
      batchGetUnits: async () => {
        inner = presentDeadline()?.at
        return { units: [] }
      },
    })
    const at = performance.now() + 4_000
    await units.batchGetUnits(question, { deadline: at })
    expect(inner).toBeLessThanOrEqual(at + WAY_MS)
  })

  it('has the time that is left though the clock is set ahead meanwhile', async () => {
    const { units } = await inventory({ batchGetUnits: async () => ({ units: [] }) })
    const rightNow = Date.now
    const hour = { at: performance.now() + 5_000, signal: new AbortController().signal }
    const answer = await withinDeadline(hour, () => {
      jest.spyOn(Date, 'now').mockImplementation(() => rightNow() + 3_600_000)
      return units.batchGetUnits(question)
    }).finally(() => jest.restoreAllMocks())
    expect(answer).toEqual({ units: [] })
  })

  it('refuses an answer over 256 KiB', async () => {
    const { units } = await inventory({
      batchGetUnits: async () => ({
        units: Array.from({ length: 3_000 }, () => ({ ...unit, barcode: 'x'.repeat(100) })),
      }),
    })
    await expect(units.batchGetUnits(question)).rejects.toThrow('RESOURCE_EXHAUSTED')
  })

  it('refuses a question over 256 KiB', async () => {
    const { units } = await inventory({ batchGetUnits: async () => ({ units: [] }) })
    const huge = { org_id: 'org-1', unit_ids: Array.from({ length: 10_000 }, () => 'x'.repeat(36)) }
    await expect(units.batchGetUnits(huge)).rejects.toThrow('RESOURCE_EXHAUSTED')
  })

  it('may be one of many at the same time', async () => {
    const { units } = await inventory({ batchGetUnits: answerAfter(5) })
    const answers = await Promise.all(Array.from({ length: 500 }, () => units.batchGetUnits(question)))
    expect(answers).toHaveLength(500)
  })
})
