import { readFileSync } from 'node:fs'

/** The last lines of a log, or that there are none. */
export function endOf(file: string, lines = 20): string {
  try {
    const text = readFileSync(file, 'utf8').trimEnd()
    return text === '' ? '(empty)' : text.split('\n').slice(-lines).join('\n')
  } catch {
    return '(there is none)'
  }
}
