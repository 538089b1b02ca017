import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { Message, NewMessage } from './message.ts'

const params = z.strictObject({ id: Id })

export const listMessages = endpoint({
  name: 'listMessages',
  service: 'booking',
  method: 'GET',
  path: '/bookings/{id}/messages',
  access: 'student',
  summary: 'List the messages on a booking',
  description: 'For its requester and staff. The oldest first unless told otherwise.',
  params,
  query: listQuery({ filters: {}, sortable: ['created_at'], defaultSort: 'created_at' }),
  replies: { 200: pageOf(Message) },
  failures: ['forbidden', 'not-found'],
})

export const getMessage = endpoint({
  name: 'getMessage',
  service: 'booking',
  method: 'GET',
  path: '/bookings/{id}/messages/{message_id}',
  access: 'student',
  summary: 'Get a message on a booking',
  description: 'For the requester of the booking and staff.',
  params: z.strictObject({ id: Id, message_id: Id }),
  replies: { 200: Message },
  failures: ['forbidden', 'not-found'],
})

export const postMessage = endpoint({
  name: 'postMessage',
  service: 'booking',
  method: 'POST',
  path: '/bookings/{id}/messages',
  access: 'student',
  summary: 'Write a message on a booking',
  description: 'Its requester and staff can, whatever the status of the booking.',
  params,
  body: NewMessage,
  idempotency: 'accepted',
  replies: { 201: Message },
  failures: ['forbidden', 'not-found'],
})
