import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { Alive, Health } from './health.ts'

export const getHealth = endpoint({
  name: 'getHealth',
  service: 'gateway',
  method: 'GET',
  path: '/health',
  access: 'public',
  summary: 'How is the system',
  description: '200 as long as the gateway serves; `degraded` while one of its services does not answer.',
  replies: { 200: Health },
})

export const getLiveness = endpoint({
  name: 'getLiveness',
  service: 'gateway',
  method: 'GET',
  path: '/health/live',
  access: 'public',
  summary: 'Does the gateway run',
  replies: { 200: Alive },
})

export const getReadiness = endpoint({
  name: 'getReadiness',
  service: 'gateway',
  method: 'GET',
  path: '/health/ready',
  access: 'public',
  summary: 'Can the gateway do its work',
  description: '503 until every service answers.',
  replies: { 200: Alive },
  failures: ['dependency-unavailable'],
})

export const getOpenApi = endpoint({
  name: 'getOpenApi',
  service: 'gateway',
  method: 'GET',
  path: '/openapi.json',
  access: 'public',
  summary: 'Get this document',
  replies: { 200: z.looseObject({ openapi: z.string() }).describe('An OpenAPI 3.1 document.') },
})

export const getDocs = endpoint({
  name: 'getDocs',
  service: 'gateway',
  method: 'GET',
  path: '/docs',
  access: 'public',
  summary: 'Read and try the API in a browser',
  produces: 'text/html',
  replies: { 200: z.string().describe('A page.') },
})

export const getProblem = endpoint({
  name: 'getProblem',
  service: 'gateway',
  method: 'GET',
  path: '/problems/{code}',
  access: 'public',
  summary: 'Read what a problem means',
  params: z.strictObject({ code: z.string().max(100) }),
  produces: 'text/html',
  replies: { 200: z.string().describe('A page.') },
  failures: ['not-found'],
})
