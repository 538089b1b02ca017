import { run } from '@kitroom/service'

import { auditConfig } from './config.ts'
import { startAudit } from './service.ts'

await run(startAudit, auditConfig)
