import { run } from '@kitroom/service'

import { gatewayConfig } from './config.ts'
import { startGateway } from './service.ts'

await run(startGateway, gatewayConfig)
