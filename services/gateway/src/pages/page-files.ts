import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { notFound } from '@kitroom/errors'
import type { RequestHandler } from 'express'

const require = createRequire(import.meta.url)
const swaggerUi = dirname(require.resolve('swagger-ui-dist/package.json'))
/** Beside src/ and dist/. */
const ours = join(import.meta.dirname, '..', '..', 'assets')

/** Everything a page of ours loads; nothing comes from the network, so the pages work offline. */
const FILES = new Map([
  ['swagger-ui.css', swaggerUi],
  ['swagger-ui-bundle.js', swaggerUi],
  ['favicon-32x32.png', swaggerUi],
  ['docs.js', ours],
  ['problem.css', ours],
])

/** Where they are found. */
export const PAGE_FILES = '/docs/assets/'

/** Answers `GET` for one of them. */
export const servePageFile: RequestHandler<{ file: string }> = (request, response) => {
  const { file } = request.params
  const root = FILES.get(file)
  if (root === undefined) throw notFound('file')
  response.sendFile(file, { root, cacheControl: false, headers: { 'Cache-Control': 'public, max-age=3600' } })
}

/** The documentation page, read once. */
export const docsPage = (): Promise<string> => readFile(join(ours, 'docs.html'), 'utf8')
