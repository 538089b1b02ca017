import { requestRedrive } from '@kitroom/database'
import { createLogger } from '@kitroom/service'

import { redriveConfig } from './config.ts'

const counts = await requestRedrive(redriveConfig().databaseUrl, 'booking')
createLogger({ service: 'booking', level: 'info' }).info(counts, 'dead letters were offered again')
