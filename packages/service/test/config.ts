import { z } from 'zod'

import { readConfig } from '../src/config/read-config.ts'
import { LOG_LEVELS } from '../src/logger.ts'

const Config = z.object({
  service: z.unknown().transform(() => 'fixture'),
  logLevel: z.enum(LOG_LEVELS).default('info'),
  exitWithParent: z
    .string()
    .default('0')
    .transform((value) => value === '1'),
  behaviour: z.enum([
    'serve',
    'fail to start',
    'fail to stop',
    'hang',
    'take time to stop',
    'request itself',
    'rest after work',
  ]),
})

export const readFixtureConfig = () => readConfig(Config, process.env)

/** Exporting what it measured takes longer than a stop of the others may. */
export const forcedExitMs = process.env['BEHAVIOUR'] === 'request itself' ? 10_000 : 1_500
