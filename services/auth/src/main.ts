import { run } from '@kitroom/service'

import { authConfig } from './config.ts'
import { startAuth } from './service.ts'

await run(startAuth, authConfig)
