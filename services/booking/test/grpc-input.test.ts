import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type GrpcClient, grpcClient } from '@kitroom/grpc'

import { type BookingSystem, bookingSystem } from './booking-system.ts'

let system: BookingSystem
let bookings: GrpcClient<'Bookings'>

beforeAll(async () => {
  system = await bookingSystem()
  bookings = grpcClient('Bookings', {
    address: system.grpcAddress,
    statements: system.signerOf('gateway'),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    timeoutMs: 10_000,
  })
})
afterAll(async () => {
  bookings.close()
  await system[Symbol.asyncDispose]()
})

const org = randomUUID()
const [from, to] = ['2026-03-01T09:00:00.000Z', '2026-03-02T09:00:00.000Z']
const many = Array.from({ length: 101 }, () => randomUUID())

describe('another service that asks for what cannot be', () => {
  it.each([
    ['no organisation', { org_id: '', booking_ids: [] }],
    ['an organisation that is no id', { org_id: `${org}'`, booking_ids: [] }],
    ['a booking that is no id', { org_id: org, booking_ids: ['x'] }],
    ['a NUL', { org_id: org, booking_ids: ['\0'] }],
    ['more than a hundred bookings', { org_id: org, booking_ids: many }],
  ])('is refused, not failed: %s', async (_, request) => {
    await expect(bookings.batchGetBookings(request)).rejects.toMatchObject({ code: 'validation-failed' })
  })

  it.each([
    ['no organisation', { org_id: '' }],
    ['a unit that is no id', { unit_ids: ['x'] }],
    ['more than a hundred units', { unit_ids: many }],
    ['no time', { from: '' }],
    ['a day that is not', { from: '2026-02-30T09:00:00.000Z' }],
    ['forever', { to: 'infinity' }],
    ['a time that ends before it begins', { from: to, to: from }],
    ['a time without length', { from, to: from }],
  ])('is refused, not failed, about %s', async (_, part) => {
    const request = { org_id: org, unit_ids: [], from, to, ...part }
    await expect(bookings.listOccupancy(request)).rejects.toMatchObject({ code: 'validation-failed' })
  })

  it('is answered when it asks well', async () => {
    expect(await bookings.batchGetBookings({ org_id: org, booking_ids: many.slice(1) })).toEqual({
      bookings: [],
    })
    expect(await bookings.listOccupancy({ org_id: org, unit_ids: many.slice(1), from, to })).toEqual({
      occupancies: [],
    })
  })
})
