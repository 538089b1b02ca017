import { type FailureCode, FAILURES, notFound } from '@kitroom/errors'
import { STATUS_OF } from '@kitroom/http'
import type { RequestHandler } from 'express'

import { pathOf } from '../edge/framing.ts'

interface Explanation {
  code: string
  status: number
  title: string
  help: string
}

const INTERNAL: Explanation = {
  code: 'internal',
  status: 500,
  title: 'Something went wrong on our side',
  help: 'This is a mistake of ours and not of your request. Quote the `request_id` when you ask for help.',
}

/** @throws Failure not-found */
function explain(code: string): Explanation {
  if (code === INTERNAL.code) return INTERNAL
  if (!isFailureCode(code)) throw notFound('problem')
  const { kind, title, help } = FAILURES[code]
  return { code, status: STATUS_OF[kind], title, help }
}

const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code)

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The texts mark code with backticks. */
const marked = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

function page({ code, status, title, help }: Explanation): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(title)}</title>
    <link rel="stylesheet" href="/docs/assets/problem.css" />
  </head>
  <body>
    <h1>${escaped(title)}</h1>
    <p>${marked(help)}</p>
    <p><code>${code}</code>, answered with status ${status}. <a href="/docs">The API</a></p>
  </body>
</html>
`
}

/** Answers `GET /problems/{code}`: a page, or the same as JSON for who asks for that. */
export const explainProblem: RequestHandler = (request, response) => {
  const explanation = explain(pathOf(request.url).split('/').at(-1) ?? '')
  response.vary('Accept').set('Cache-Control', 'public, max-age=3600')
  if (request.accepts(['html', 'json']) === 'json') {
    response.json({ type: `/problems/${explanation.code}`, ...explanation })
  } else {
    response.type('html').send(page(explanation))
  }
}
