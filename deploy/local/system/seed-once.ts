import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { runProgram } from '../processes/programs.ts'
import type { DataFolder } from './data-folder.ts'
import type { Progress } from './progress.ts'

interface Seeding {
  folder: DataFolder
  url: string
  bootstrapToken: string
  signal: AbortSignal
  step: Progress['step']
}

/** Makes the demo university through the API, unless this data folder has had its logins written already. */
export async function seedOnce({ folder, url, bootstrapToken, signal, step }: Seeding): Promise<void> {
  const cwd = join(import.meta.dirname, '..')
  if (existsSync(folder.demoLogins) || !existsSync(join(cwd, 'seed.ts'))) return
  await step('Demo university', () =>
    runProgram(
      'The demo seed',
      {
        cwd,
        args: ['seed.ts'],
        env: { KITROOM_URL: url, KITROOM_BOOTSTRAP_TOKEN: bootstrapToken, DATA_DIR: folder.path },
        logFile: folder.logOf('seed'),
      },
      signal,
    ),
  )
}
