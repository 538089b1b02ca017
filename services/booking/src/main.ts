import { run } from '@kitroom/service'

import { bookingConfig } from './config.ts'
import { startBooking } from './service.ts'

await run(startBooking, bookingConfig)
