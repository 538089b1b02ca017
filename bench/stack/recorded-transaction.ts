import { readFileSync } from 'node:fs'

import type { Bench } from './bench.ts'

/** The settings under which the server's log tells every statement of every process. */
const TELLING = { log_statement: 'all', log_line_prefix: '%p|%a|' }

/** One line of the log, with the lines that belong to it. */
interface Entry {
  pid: string
  application: string
  text: string
}

/**
 * Has the server tell what a request makes it do.
 * @returns the statements of the transaction in which `part` occurs, parameters written in
 * @throws Error when there was none
 */
export async function recordTransaction(
  { sql, system }: Bench,
  part: string,
  request: () => Promise<unknown>,
): Promise<string[]> {
  const log = `${system.path}/logs/postgres.log`
  for (const [name, value] of Object.entries(TELLING)) await sql(`alter system set ${name} = '${value}'`)
  await sql('select pg_reload_conf()')
  const before = readFileSync(log, 'utf8').length
  await sql('select pg_sleep(0.2)')
  await request()
  await sql('select pg_sleep(0.2)')
  for (const name of Object.keys(TELLING)) await sql(`alter system reset ${name}`)
  await sql('select pg_reload_conf()')
  return transactionWith(part, entriesOf(readFileSync(log, 'utf8').slice(before)))
}

function entriesOf(log: string): Entry[] {
  return log.split(/\n(?!\t)/).flatMap((line) => {
    const found = /^(\d+)\|([^|]*)\|([\s\S]*)$/.exec(line)
    return found === null ? [] : [{ pid: found[1] ?? '', application: found[2] ?? '', text: found[3] ?? '' }]
  })
}

function transactionWith(part: string, entries: readonly Entry[]): string[] {
  for (const ofProcess of Map.groupBy(entries, ({ pid }) => pid).values()) {
    let statements: string[] = []
    for (const { text } of ofProcess) {
      const parameters = /^DETAIL: {2}[Pp]arameters: (.*)$/s.exec(text)?.[1]
      if (parameters !== undefined) {
        statements.push(written(statements.pop() ?? '', parameters))
        continue
      }
      const statement = /^LOG: {2}(?:statement|execute [^:]*): ([\s\S]*)$/.exec(text)?.[1]
      if (statement === undefined) continue
      if (/^begin/i.test(statement)) statements = []
      statements.push(statement.replaceAll('\n\t', '\n').trim())
      if (/^commit/i.test(statement) && statements.some((one) => one.includes(part))) return statements
    }
  }
  throw new Error(`No transaction with “${part}” was seen in the server's log.`)
}

/** Puts the parameters where the statement names them; NULL and quoted literals are as the log has them. */
function written(statement: string, parameters: string): string {
  const values = new Map<string, string>()
  for (const [, name = '', value = ''] of parameters.matchAll(/(\$\d+) = (NULL|'(?:[^']|'')*')/g)) {
    values.set(name, value)
  }
  return statement.replaceAll(/\$\d+/g, (name) => values.get(name) ?? name)
}
