import type { IncomingMessage, ServerResponse } from 'node:http'

import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'
import { plainApp, validated } from '@kitroom/http'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'

import { PAGE_FILES, servePageFile } from './page-files.ts'

/** Fulfilled when the answer is over; rejected with what was thrown. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What the gateway answers itself. Only these go through Express: what is forwarded needs none of it. */
export function pagesApp(own: ReadonlyMap<string, RequestHandler[]>): Pages {
  const app = plainApp()
  app.get(`${PAGE_FILES}:file`, servePageFile)
  for (const endpoint of ENDPOINTS.filter(({ service }) => service === 'gateway')) {
    app.get(endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'), ...handlersOf(endpoint, own))
  }
  return (request, response) =>
    new Promise((resolve, reject) => {
      response.once('close', resolve)
      // Express makes a request and a response of its own out of Node's.
      app(request as Request, response as Response, (error?: unknown) =>
        reject(error instanceof Error ? error : notFound('path')),
      )
    })
}

const NO_QUERY = z.strictObject({})

/** @throws Failure validation-failed: none of these knows a parameter */
const withoutQuery: RequestHandler = (request, _response, next) => {
  validated('query', NO_QUERY, { ...request.query })
  next()
}

function handlersOf({ name }: Endpoint, own: ReadonlyMap<string, RequestHandler[]>): RequestHandler[] {
  const handlers = own.get(name)
  if (handlers === undefined) throw new Error(`Nobody answers ${name}.`)
  return [withoutQuery, ...handlers]
}
