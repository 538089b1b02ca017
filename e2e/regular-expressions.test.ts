import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'
import { scaled } from '@kitroom/testing'
import ts from 'typescript'

const ROOT = join(import.meta.dirname, '..')
const SOURCES = '{packages,services}/*/src/**/*.ts'

/** The program is its own JavaScript; the others that do the same are not installed. */
process.env['RECHECK_BACKEND'] = 'pure'
const { check } = await import('recheck')

/** So long one expression is looked at; what is not settled by then counts as harmless. */
const LOOK_MS = scaled(200, 10_000)

/** Of our programs, each as it is written; tests are not asked by strangers. */
function written(): Map<string, string> {
  const found = new Map<string, string>()
  for (const file of globSync(SOURCES, { cwd: ROOT })) {
    if (file.includes('.test.')) continue
    const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest)
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) found.set(node.text, file)
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return found
}

/** Of the OpenAPI document, which clients may check what they send by. */
function documented(): Map<string, string> {
  const found = new Map<string, string>()
  JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8'), (name, value: unknown) => {
    if (name === 'pattern' && typeof value === 'string') found.set(`/${value}/`, 'docs/openapi.json')
    return value
  })
  return found
}

describe('a regular expression', () => {
  it(
    'takes no more than a multiple of the time that its text is long',
    async () => {
      const all = [...written(), ...documented()]
      expect(all.length).toBeGreaterThan(60)
      const slow: string[] = []
      for (const [expression, file] of all) {
        const end = expression.lastIndexOf('/')
        const judged = await check(expression.slice(1, end), expression.slice(end + 1), {
          timeout: LOOK_MS,
        })
        if (judged.status === 'vulnerable')
          slow.push(`${file}: ${expression} is ${judged.complexity.summary}`)
      }
      expect(slow).toEqual([])
    },
    scaled(120_000, 900_000),
  )
})
