import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { yamlOf } from './installation.ts'

export const COMPOSE_FILE = join(import.meta.dirname, '../../compose.yaml')

export interface ComposeService {
  image: string
  command?: string[]
  environment?: Record<string, string>
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  ports?: string[]
  depends_on?: Record<string, { condition: string }>
  volumes?: string[]
}

const VARIABLE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g

/** The variables that the file asks for, and whether it can do without. */
export function variablesAskedFor(): Map<string, 'required' | 'optional'> {
  const found = readFileSync(COMPOSE_FILE, 'utf8').matchAll(VARIABLE)
  return new Map([...found].map(([, name = '', kind]) => [name, kind === '?' ? 'required' : 'optional']))
}

/**
 * The services as Docker Compose would see them.
 * @throws Error when a variable that is required is absent
 */
export function composeServices(variables: Record<string, string>): Record<string, ComposeService> {
  const file = yamlOf<{ services: unknown }>(readFileSync(COMPOSE_FILE, 'utf8'))
  // JSON is escaped twice here: once as a value of ours, once inside the text that is replaced.
  const text = JSON.stringify(file.services).replaceAll(VARIABLE, (_, name: string, kind, rest: string) => {
    const value = variables[name] ?? ''
    if (value === '' && kind === '?') throw new Error(`${name}: ${rest}`)
    return JSON.stringify(value === '' && kind === '-' ? rest : value).slice(1, -1)
  })
  return JSON.parse(text) as Record<string, ComposeService>
}
