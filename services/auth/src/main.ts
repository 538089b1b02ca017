import { run } from '@kitroom/service'

import { readAuthConfig } from './config.ts'
import { startAuth } from './service.ts'

await run(startAuth, readAuthConfig)
