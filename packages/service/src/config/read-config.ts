import type { z } from 'zod'

/** What is wrong with the environment: one line for each variable, never a value. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** `databaseUrl` → `DATABASE_URL`. */
const variableOf = (key: string): string => key.replace(/(?=[A-Z])/g, '_').toUpperCase()

/**
 * Reads the configuration: the schema's key `databaseUrl` is the variable `DATABASE_URL`; a variable that is empty
 * counts as absent. The schema must not put values into its messages.
 * @returns the frozen configuration
 * @throws ConfigError with all problems at once (OPS-7)
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<z.output<z.ZodObject<Shape>>> {
  const values = Object.keys(schema.shape).map((key) => [key, env[variableOf(key)] || undefined] as const)
  const parsed = schema.safeParse(Object.fromEntries(values))
  if (parsed.success) return Object.freeze(parsed.data)
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const key = String(issue.path[0])
      const absent = !env[variableOf(key)]
      return `${variableOf(key)}: ${absent ? 'is required' : issue.message}`
    }),
  )
}
