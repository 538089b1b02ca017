import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What all processes of a system have logged so far; what others print between the lines is passed over. */
export function logLinesOf({ path }: { path: string }): Record<string, unknown>[] {
  const folder = join(path, 'logs')
  return readdirSync(folder)
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
