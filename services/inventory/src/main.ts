import { run } from '@kitroom/service'

import { inventoryConfig } from './config.ts'
import { startInventory } from './service.ts'

await run(startInventory, inventoryConfig)
